"""Judges a report that has an item for every row of PS3.15 table E.3.4-1, which says what to do by concept."""

from tests.deidentification.check_attributes import NO_SHIFT, moved
from tests.deidentification.expectations import CONCEPTS

VALUES = {"TEXT": "TextValue", "PNAME": "PersonName", "DATE": "Date", "DATETIME": "DateTime", "TIME": "Time"}
REFERENCES = {"IMAGE", "COMPOSITE", "WAVEFORM", "UIDREF"}


def check_concepts(run, pair, ledger):
    before, after = _by_concept(pair.source), _by_concept(pair.output)
    days = run.shifts.get(pair.case.person.key, NO_SHIFT)
    for concept in CONCEPTS:
        old, new = before[concept.key], after.get(concept.key)
        if new is not None and concept.kind in REFERENCES:
            _learn(run, pair, ledger, concept, _uid_of(old), _uid_of(new))
        where = f"{concept.kind} {concept.value} {concept.meaning} [{concept.action}]"
        _check_concept(concept, old, new, days, lambda *judged, where=where: _tell(ledger, pair, where, *judged))


def _uid_of(item):
    return str(item.UID if "UID" in item else item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)


def _learn(run, pair, ledger, concept, old, new):
    is_right = new != old and run.uids.setdefault(old, new) == new
    ledger.check(is_right, "uids", pair.case, f"{concept.kind} {concept.value}", "a new UID", new)


def _tell(ledger, pair, where, category, is_right, expected, got):
    ledger.check(is_right, category, pair.case, where, expected, got)


def _by_concept(ds):
    found = {}
    for item in ds.get("ContentSequence") or []:
        if item.get("ConceptNameCodeSequence"):
            name = item.ConceptNameCodeSequence[0]
            found[(name.get("CodeValue"), name.get("CodingSchemeDesignator"), item.get("ValueType"))] = item
    return found


def _check_concept(concept, old, new, days, tell):
    got = None if new is None else str(new.get(VALUES.get(concept.kind, ""), ""))
    if "dates" in concept.options:
        value = str(old[VALUES[concept.kind]].value)
        wanted = value if concept.kind == "TIME" else moved(value, days)
        tell("dates", got == wanted, wanted, got)
    elif concept.options.get("characteristics") == "K":
        tell("utility", new is not None, "kept", new)
    elif concept.kind in REFERENCES:
        tell("actions", concept.action.startswith("X") or new is not None, "present, with another UID", new)
    elif concept.action == "X" and not concept.options:
        tell("actions", new is None, "absent", new)
    elif concept.action == "D" and concept.kind in VALUES:
        is_dummy = bool(got) and got != str(old[VALUES[concept.kind]].value)
        tell("actions", is_dummy, "present, with a dummy or cleaned text", got)
    elif new is not None and concept.kind in VALUES:
        tell("validity", bool(got), "no item without its value", got)

"""Walks an input and its output side by side, at every depth, and judges each attribute by the table."""

import re
from datetime import date, timedelta

from pydicom import config
from pydicom.valuerep import validate_value

from tests.deidentification.expectations import Want, row_of, want_of_row, want_of_unlisted
from tests.deidentification.reading import elements, is_empty, plain_words, values_of

# Where nothing was moved every date is wrong: as if by a shift that nobody has.
NO_SHIFT = 1
STANDARD_SCHEMES = {"DCM", "SCT", "SRT", "LN", "UCUM", "MDC", "SCPECG", "RADLEX", "FMA", "NCIt", "UMLS"}
PROSE_VRS = {"ST", "LT", "UT"}
TEXT_VRS = {"LO", "SH", "UC", "CS", "AE", "UR"} | PROSE_VRS
KEPT_DESCRIPTIONS, MIXED_DESCRIPTION = {"CT CHEST W CONTRAST", "t2 tse sag"}, "CT for "


def check_attributes(run, pair, ledger):
    _learn_shift(run, pair, ledger)
    _compare(Walk(run, pair, ledger), pair.source, pair.output, "")


class Walk:
    """What is needed on the way down."""

    def __init__(self, run, pair, ledger):
        self.run, self.case, self.ledger = run, pair.case, ledger
        self.secrets = {secret.casefold() for secret in pair.case.canaries}
        self.is_prose = False
        self.secrets |= {mention.casefold() for mention in pair.case.person.mentions}

    def check(self, is_right, category, where, expected, got):
        return self.ledger.check(is_right, category, self.case, where, expected, got)

    def is_told(self, text):
        """Say whether a value holds something that must go."""
        folded = str(text).casefold()
        return any(secret in folded for secret in self.secrets)


def _learn_shift(run, pair, ledger):
    """Take a patient's shift from the study date of the first file; all else must agree with it."""
    before, after = pair.source.get("StudyDate", ""), pair.output.get("StudyDate", "")
    if pair.case.person.key in run.shifts:
        return
    is_moved = bool(re.fullmatch(r"\d{8}", after)) and after != before
    if ledger.check(is_moved, "dates", pair.case, "StudyDate", "moved by whole days", after):
        run.shifts[pair.case.person.key] = (_day(after) - _day(before)).days


def _day(text):
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def moved(value, days):
    """Give a DA or DT moved by whole days, its time kept; the empty string where it is partial or malformed."""
    text = str(value)
    if not re.fullmatch(r"\d{8}|\d{8}\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?([+-]\d{4})?|\d{8}[+-]\d{4}", text):
        return ""
    try:
        return (_day(text) + timedelta(days=days)).strftime("%Y%m%d") + text[8:]
    except (ValueError, OverflowError):
        return ""


def _compare(walk, source, output, path):
    for elem in source:
        if elem.tag.is_private or elem.tag.group == 0x0002:
            continue
        row = row_of(elem.tag)
        want = want_of_row(row) if row else want_of_unlisted(elem.tag, elem.VR, elem.keyword)
        where = f"{path}({elem.tag.group:04X},{elem.tag.element:04X}) {row.keyword if row else elem.keyword}"
        where += f" [{row.action}]" if row else ""
        walk.is_prose = _is_prose(elem, source)
        JUDGES[want](walk, elem, output.get(elem.tag), where, row)


def _is_prose(elem, ds):
    """Say whether people write sentences here, of which only the words of a vocabulary need to stay."""
    if elem.keyword == "CodeMeaning":
        return ds.get("CodingSchemeDesignator") not in STANDARD_SCHEMES
    described = "Description" in elem.keyword and elem.keyword != "DimensionDescriptionLabel"
    return elem.VR in PROSE_VRS or elem.keyword == "ImageID" or (elem.VR in {"LO", "SH"} and described)


def _absent(walk, elem, got, where, row):
    walk.check(got is None, "actions", where, "absent", got and got.value)


def _valid(walk, got, where):
    """A value that was put in place of another must be one of its VR."""
    for value in values_of(got) if got is not None and got.VR not in {"SQ", "UN", "OB"} else []:
        walk.check(is_valid_value(got.VR, value), "validity", where, f"a value that {got.VR} allows", value)


def is_valid_value(vr, value):
    try:
        validate_value(vr, value, config.RAISE)
    except ValueError:
        return False
    return True


def _emptied(walk, elem, got, where, row):
    _valid(walk, got, where)
    is_right = got is not None and (is_empty(elem) or is_empty(got) or got.value != elem.value)
    _described(walk, elem, got, where) or walk.check(is_right, "actions", where, "empty or dummy", got and got.value)


def _dummy(walk, elem, got, where, row):
    _valid(walk, got, where)
    if _described(walk, elem, got, where):
        return
    is_harmless = is_empty(elem) or ("descriptors" in row.options and not walk.is_told(elem.value))
    is_right = got is not None and not is_empty(got) and (is_harmless or got.value != elem.value)
    walk.check(is_right, "actions", where, "a dummy that is not empty", got and got.value)


def _gone(walk, elem, got, where, row):
    _valid(walk, got, where)
    if _described(walk, elem, got, where) or (row and not walk.is_told(elem.value) and "descriptors" in row.options):
        return
    is_right = got is None or is_empty(got) or got.value != elem.value
    walk.check(is_right or is_empty(elem), "actions", where, "another value or none", got and got.value)


def _described(walk, elem, got, where):
    """Judge the two descriptions whose outcome the profile fixes; say whether this was one."""
    text = str(elem.value)
    if text in KEPT_DESCRIPTIONS:
        return walk.check(got is not None and got.value == text, "text", where, text, got and got.value) or True
    if text.startswith(MIXED_DESCRIPTION):
        return walk.check(got is not None and got.value == "CT", "text", where, "CT", got and got.value) or True
    return False


def _uid(walk, elem, got, where, row):
    before, after = values_of(elem), values_of(got) if got is not None else []
    if not walk.check(len(before) == len(after), "uids", where, f"{len(before)} UID(s)", after):
        return
    for old, new in zip(before, after, strict=True):
        _learn_uid(walk, str(old), str(new), where)


def _learn_uid(walk, old, new, where):
    if old.startswith("1.2.840.10008."):
        walk.check(new == old, "uids", where, "a registered UID unchanged", new)
        return
    is_valid = len(new) <= 64 and re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))+", new) is not None
    walk.check(is_valid, "uids", where, "a valid UID", new)
    walk.check(new != old, "uids", where, "a new UID", new)
    known = walk.run.uids.setdefault(old, new)
    walk.check(known == new, "uids", where, f"the same new UID everywhere, {known}", new)


def _date(walk, elem, got, where, row):
    days = walk.run.shifts.get(walk.case.person.key, NO_SHIFT)
    wanted = [moved(value, days) for value in values_of(elem)]
    found = [str(value) for value in values_of(got)] if got is not None else []
    if row and row.keyword == "PatientBirthDate":
        walk.check(got is not None and not found, "dates", where, "empty", found)
    elif any(wanted):
        walk.check(found == wanted, "dates", where, f"{values_of(elem)} moved to {wanted}", found)
    else:
        walk.check(not any(found), "dates", where, f"{values_of(elem)} emptied", found)


def _same(walk, elem, got, where, row):
    value = None if got is None else got.value
    if elem.keyword == "PatientAge":
        wanted = "090Y" if elem.value == "093Y" else elem.value
        walk.check(value == wanted, "utility", where, wanted, value)
    elif elem.VR == "UI":
        is_same = value is not None and all(
            new in (old, walk.run.uids.get(old, new)) for old, new in zip(values_of(elem), values_of(got), strict=False)
        )
        walk.check(is_same, "utility", where, "the UID or its successor", value)
    elif elem.VR in TEXT_VRS and (walk.is_told(elem.value) or walk.is_prose):
        before, after = set(plain_words(elem.value)), set(plain_words(value or ""))
        is_cut_or_dummy = after <= before or not after & before
        walk.check(is_cut_or_dummy, "text", where, f"no words but of {elem.value!r}, or a dummy", value)
    else:
        category = "dates" if elem.VR == "TM" else "utility"
        walk.check(got is not None and value == elem.value, category, where, f"unchanged {_brief(elem.value)}", value)


def _brief(value):
    return repr(value)[:60]


def _items(walk, elem, got, where, row):
    if elem.tag in walk.case.hidden_tags and got is None:
        return
    wanted = len(elem.value)
    found = len(got.value) if got is not None and got.VR == "SQ" else None
    if walk.check(found == wanted, "utility", where, f"{wanted} item(s)", found):
        for number, (before, after) in enumerate(zip(elem.value, got.value, strict=True), start=1):
            _compare(walk, before, after, f"{where.split()[-1]}[{number}].")


def _free(walk, elem, got, where, row):
    """Nothing but the search for canaries judges this; where items are kept, their content is judged."""
    if elem.VR == "SQ" and got is not None and got.VR == "SQ" and len(got.value) == len(elem.value):
        for number, (before, after) in enumerate(zip(elem.value, got.value, strict=True), start=1):
            if len(after):
                _compare(walk, before, after, f"{where.split()[1]}[{number}].")


def _tree(walk, elem, got, where, row):
    if row and row.keyword == "ContentSequence":
        walk.check(got is not None and not is_empty(got), "utility", where, "a content tree", got)
        _learn_references(walk, elem.value, got.value if got is not None else [], where)


def _learn_references(walk, before, after, where):
    """Items of a tree may be gone; where as many references are left as there were, they are in the same order."""
    olds, news = (
        [inner.value for item in items for inner in elements(item) if inner.keyword == "ReferencedSOPInstanceUID"]
        for items in (before, after)
    )
    for old, new in zip(olds, news, strict=True) if len(olds) == len(news) else ():
        _learn_uid(walk, str(old), str(new), f"{where} ReferencedSOPInstanceUID")


JUDGES = {
    Want.ABSENT: _absent,
    Want.EMPTIED: _emptied,
    Want.DUMMY: _dummy,
    Want.GONE: _gone,
    Want.UID: _uid,
    Want.DATE: _date,
    Want.SAME: _same,
    Want.FREE: _free,
    Want.ITEMS: _items,
    Want.TREE: _tree,
}

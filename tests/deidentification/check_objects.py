"""Judges what a pair of elements cannot show: reports, references, pixels, markers, types."""

import io
import re
import shutil
import subprocess
from collections import Counter

from PIL import ImageCms

from tests.deidentification.check_attributes import NO_SHIFT, moved
from tests.deidentification.check_concepts import check_concepts
from tests.deidentification.codestreams import high_bits_are_empty, pixels_of, scans_of
from tests.deidentification.expectations import CLEAN_PIXELS_CODE, IOD_TYPES, METHOD_CODES, PIXEL_KEYWORDS
from tests.deidentification.reading import elements, is_empty

# What dciodvfy says where one attribute of two that belong together had to go by the table.
OF_REMOVAL = ("condition unsatisfied", "Instance does not reference Instances")
DROPPED_CONCEPTS = {"121031"}  # Subject Birth Date


def check_objects(run, pair, ledger):
    _check_markers(pair, ledger)
    _check_types(pair, ledger)
    _check_reading(pair, ledger)
    if any(keyword in pair.source for keyword in PIXEL_KEYWORDS):
        _check_pixels(run, pair, ledger)
    if pair.source.Modality in {"SR", "KO"} and pair.case.kind != "every_concept":
        _check_report(run, pair, ledger)
    if pair.case.kind == "every_concept":
        check_concepts(run, pair, ledger)
    if "WaveformAnnotationSequence" in pair.source and pair.case.kind == "ecg":
        rates = [item.get("NumericValue") for item in pair.output.get("WaveformAnnotationSequence") or []]
        ledger.check("61.5" in map(str, rates), "utility", pair.case, "WaveformAnnotationSequence", "the rate", rates)
    if pair.case.kind in {"photo", "slide"}:
        _check_colours(pair, ledger)


def check_references(run, ledger):
    """Every UID of an output is registered, or what one original UID became; what it refers to can be found."""
    known = set(run.uids.values())
    instances = {str(pair.source.SOPInstanceUID): str(pair.output.SOPInstanceUID) for pair in run.pairs}
    ledger.check(len(known) == len(run.uids), "uids", "run", "all", "one new UID for each original", len(run.uids))
    for pair in run.pairs:
        referred = {str(elem.value) for elem in elements(pair.source) if elem.keyword == "ReferencedSOPInstanceUID"}
        present = {str(elem.value) for elem in elements(pair.output) if elem.keyword == "ReferencedSOPInstanceUID"}
        for old in referred & set(instances):
            found = instances[old] in present
            ledger.check(
                found, "uids", pair.case, "ReferencedSOPInstanceUID", f"a reference to {instances[old]}", present
            )
        for elem in elements(pair.output):
            if elem.VR == "UI" and elem.keyword.startswith("Referenced") and "Class" not in elem.keyword:
                strange = {
                    str(value) for value in ([elem.value] if isinstance(elem.value, str) else elem.value)
                } - known
                strange = {value for value in strange if value and not value.startswith("1.2.840.10008.")}
                ledger.check(not strange, "uids", pair.case, elem.keyword, "what an original UID became", strange)


def _check_markers(pair, ledger):
    output, case = pair.output, pair.case

    def check(is_right, where, expected, got):
        ledger.check(is_right, "markers", case, where, expected, got)

    removed = output.get("PatientIdentityRemoved")
    check(removed == "YES", "PatientIdentityRemoved", "YES", removed)
    modified = output.get("LongitudinalTemporalInformationModified")
    check(modified == "MODIFIED", "LongitudinalTemporalInformationModified", "MODIFIED", modified)
    codes = output.get("DeidentificationMethodCodeSequence") or []
    found = {item.CodeValue for item in codes}
    check(found - {CLEAN_PIXELS_CODE} == METHOD_CODES, "(0012,0064)", sorted(METHOD_CODES), sorted(found))
    check(all(item.CodingSchemeDesignator == "DCM" and item.CodeMeaning for item in codes), "(0012,0064)", "DCM", "")
    method = output.get("DeidentificationMethod")
    values = [method] if isinstance(method, str) else list(method or [])
    is_right = bool(values) and all(0 < len(value) <= 64 for value in values)
    check(
        is_right and method != pair.source.get("DeidentificationMethod"),
        "DeidentificationMethod",
        "what was done",
        method,
    )
    before, after = pair.source.get("BurnedInAnnotation"), output.get("BurnedInAnnotation")
    looked_at = CLEAN_PIXELS_CODE in found
    is_honest = after == "NO" if looked_at else after == before or (after == "YES" and before is None)
    check(is_honest, "BurnedInAnnotation", f"NO only if pixels were cleaned; was {before}", f"{after}, {sorted(found)}")


def _check_types(pair, ledger):
    """Type 1 and 2 attributes that the input had are there, type 1 with a value."""
    types = IOD_TYPES.get(str(pair.source.SOPClassUID), {})
    for kind, keywords in types.items():
        for keyword in sorted(keywords):
            if keyword in pair.source and (kind == "2" or not is_empty(pair.source[keyword])):
                got = pair.output.get_item(keyword) is not None and pair.output[keyword]
                is_right = bool(got) if kind == "2" else bool(got) and not is_empty(got)
                is_right = keyword in pair.output and (kind == "2" or is_right)
                ledger.check(is_right, "validity", pair.case, f"{keyword}, type {kind}", "present", got)


def _check_reading(pair, ledger):
    charset = pair.output.get_item("SpecificCharacterSet")
    is_right = charset is None or bool(charset.value)
    ledger.check(is_right, "validity", pair.case, "SpecificCharacterSet", "absent or with a value", charset)
    try:
        count = sum(1 for _ in elements(pair.output))
    except Exception as error:
        count, got = 0, type(error).__name__
    else:
        got = count
    ledger.check(count > 10, "validity", pair.case, "all elements", "can be decoded", got)


def _check_pixels(run, pair, ledger):
    """Pixels are bit-equal but where the report says that text was masked, which only a real file has."""
    masks = run.masks_of(pair)
    if masks:
        ledger.check(pair.case.syntax == "kept", "pixels", pair.case, "masks", "none where no text is", masks)
    try:
        before = pixels_of(pair.source)
    except RuntimeError:  # no decoder here reads twelve-bit JPEG: the scans must be the same bytes
        is_same = scans_of(pair.source) == scans_of(pair.output)
        ledger.check(is_same, "pixels", pair.case, "scans", "bit-equal", "")
        return
    try:
        after = pixels_of(pair.output)
        is_same = (_unmasked(before, pair, masks) == _unmasked(after, pair, masks)).all()
    except Exception as error:
        is_same, after = False, type(error).__name__
    ledger.check(is_same, "pixels", pair.case, "pixels", "bit-equal", getattr(after, "shape", after))
    if pair.source.get("BitsStored") == 12 and not high_bits_are_empty(pair.source):
        ledger.check(high_bits_are_empty(pair.output), "pixels", pair.case, "bits above BitsStored", "empty", "set")


def _unmasked(pixels, pair, masks):
    """Blank the masked boxes of every frame, to compare the rest."""
    if not masks:
        return pixels
    pixels = pixels.copy()
    frames = int(pair.source.get("NumberOfFrames", 1))
    shaped = pixels.reshape(frames, pair.source.Rows, pair.source.Columns, -1)
    for left, top, right, bottom in masks:
        shaped[:, top:bottom, left:right] = 0
    return shaped


def _check_colours(pair, ledger):
    holders = [pair.output, *(pair.output.get("OpticalPathSequence") or [])]
    profiles = [holder.ICCProfile for holder in holders if "ICCProfile" in holder]
    for profile in profiles:
        try:
            is_valid = ImageCms.ImageCmsProfile(io.BytesIO(profile)) is not None
        except Exception:
            is_valid = False
        ledger.check(is_valid, "validity", pair.case, "ICCProfile", "a profile that opens", len(profile))


def _facts(ds, days):
    """Count what a report states: numbers with units, codes, places, and dates moved by so many days."""
    facts = Counter()

    def visit(item):
        name = item.ConceptNameCodeSequence[0].CodeValue if item.get("ConceptNameCodeSequence") else ""
        kind = item.get("ValueType")
        if kind == "NUM":
            for value in item.get("MeasuredValueSequence") or []:
                facts[(name, str(value.NumericValue), value.MeasurementUnitsCodeSequence[0].CodeValue)] += 1
        elif kind == "CODE":
            facts[(name, item.ConceptCodeSequence[0].CodeValue)] += 1
        elif kind == "SCOORD":
            facts[("SCOORD", str(list(item.GraphicData)))] += 1
        elif name in DROPPED_CONCEPTS:
            facts[("dropped", name)] += bool(item.get("Date"))
        elif kind in {"DATE", "DATETIME"}:
            facts[(name, moved(item.get("Date") or item.get("DateTime"), days))] += 1
        elif kind in {"IMAGE", "UIDREF"}:
            facts[(kind, name)] += 1
        for inner in item.get("ContentSequence") or []:
            visit(inner)

    visit(ds)
    return facts


def _check_report(run, pair, ledger):
    try:
        after = _facts(pair.output, 0)
    except Exception as error:
        after = Counter({type(error).__name__: 1})
    before = _facts(pair.source, run.shifts.get(pair.case.person.key, NO_SHIFT))
    for fact, count in before.items():
        if fact[0] == "dropped":
            ledger.check(
                not after[fact], "actions", pair.case, "ContentSequence", "no birth date of the subject", after
            )
            continue
        ledger.check(after[fact] == count, "utility", pair.case, "ContentSequence", fact, sorted(map(str, after)))


def standards_errors(path):
    """Give dciodvfy's errors on a file, with their attributes but without values; None where the tool is not there."""
    tool = shutil.which("dciodvfy")
    if tool is None:
        return None
    done = subprocess.run([tool, "-new", path], capture_output=True, check=False, timeout=20)
    lines = done.stderr.decode("latin-1").splitlines()
    errors = {re.sub(r"= <[^>]*>|\[\d+\]", "", line) for line in lines if line.startswith("Error")}
    return {error for error in errors if not any(words in error for words in OF_REMOVAL)}

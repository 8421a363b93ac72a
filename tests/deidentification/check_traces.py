"""Searches for what was planted: in the bytes and text of outputs, in file meta, names and the report."""

from pydicom.datadict import keyword_for_tag

from tests.deidentification.expectations import row_of
from tests.deidentification.reading import searchable
from tests.deidentification.text import holds

META_ALLOWED = {
    "FileMetaInformationGroupLength", "FileMetaInformationVersion", "MediaStorageSOPClassUID",
    "MediaStorageSOPInstanceUID", "TransferSyntaxUID", "ImplementationClassUID", "ImplementationVersionName",
    "SourceApplicationEntityTitle",
}  # fmt: skip


def check_traces(pair, ledger):
    content, text = searchable(pair)
    for value, where in pair.case.canaries.items():
        found = holds(content, value, pair.case.person.charset) or value.casefold() in text
        got = places(pair.output, value) if found else ""
        ledger.check(not found, "leaks", pair.case, where, f"no trace of {value!r}", got)
    for number in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        original = str(pair.source[number].value).encode()
        found = original + b"\0" in content or original + b" " in content
        ledger.check(not found, "leaks", pair.case, number, "no trace of the original UID", original)
    _check_structure(pair, ledger)
    _check_meta(pair, ledger)


def places(ds, value, path=""):
    """Give the attributes whose values hold the string, to say where a leak is; none if only the bytes hold it."""
    found = []
    for elem in ds:
        here = f"{path}{elem.tag} {elem.keyword}"
        if elem.VR == "SQ":
            for item in elem.value or []:
                found += places(item, value, f"{here} > ")
        elif value.casefold() in str(elem.value).casefold():
            found.append(f"{here} = {str(elem.value)[:40]}")
    return found


def _check_structure(pair, ledger):
    """No private, curve, overlay, directory or unknown attribute may stand at any depth."""

    def visit(ds, path):
        for elem in ds:
            tag = elem.tag
            where = f"{path}({tag.group:04X},{tag.element:04X})"
            private = tag.is_private or tag.group in {0x0004} or tag.group & 0xFF01 == 0x5000
            overlay = tag.group & 0xFF01 == 0x6000 and tag.element in {0x0022, 0x1500, 0x3000, 0x4000}
            if private or (overlay and tag.element in {0x3000, 0x4000}):
                ledger.check(
                    False, "actions", pair.case, where, "no private, overlay, curve or directory data", elem.VR
                )
            elif not keyword_for_tag(tag) and tag.group & 0xFF01 != 0x6000 and row_of(tag) is None:
                ledger.check(False, "actions", pair.case, where, "nothing that no dictionary knows", elem.VR)
            if elem.VR == "SQ":
                for number, item in enumerate(elem.value or [], start=1):
                    visit(item, f"{where}[{number}].")

    ledger.check(True, "actions", pair.case, "structure", "")
    visit(pair.output, "")


def _check_meta(pair, ledger):
    before, after = pair.source.file_meta, pair.output.file_meta
    preamble = pair.output.preamble
    ledger.check(preamble != pair.source.preamble, "files", pair.case, "preamble", "replaced", preamble)
    extra = {elem.keyword for elem in after} - META_ALLOWED
    ledger.check(not extra, "files", pair.case, "file meta", "only what the writer says of itself", sorted(extra))
    for keyword in ("ImplementationClassUID", "ImplementationVersionName", "SourceApplicationEntityTitle"):
        old, new = before.get(keyword), after.get(keyword)
        ledger.check(old != new, "files", pair.case, keyword, "replaced", new)
    same = after.MediaStorageSOPInstanceUID == pair.output.SOPInstanceUID
    ledger.check(
        same, "files", pair.case, "(0002,0003)", "the dataset's SOPInstanceUID", after.MediaStorageSOPInstanceUID
    )
    same = after.MediaStorageSOPClassUID == pair.source.SOPClassUID
    ledger.check(same, "files", pair.case, "(0002,0002)", "the SOP class", after.MediaStorageSOPClassUID)


def check_run(run, ledger):
    """Judge what is there once for a run: names, the report, and that every input is accounted for."""
    report = (run.report + repr(run.report_data())).casefold()
    names = "\n".join(run.names).casefold()
    for case in [*(pair.case for pair in run.pairs), *run.missing]:
        for place, text in (("report", report), ("names of outputs", names)):
            found = [where for value, where in case.canaries.items() if value.casefold() in text]
            ledger.check(not found, "files", case, place, "no trace of what was planted", found)
    for pair in run.pairs:
        file_name = pair.case.path.rsplit("/", 1)[-1].casefold()
        ledger.check(file_name not in report, "files", pair.case, "report", "no name of an input", "found")
    for case in run.missing:
        if case.kind not in {"pdf", "cda"}:
            ledger.check(False, "files", case, "output", "a file with this InstanceNumber", "none")
    ledger.check(not run.unreadable, "files", "outputs", "", "DICOM files only", run.unreadable)
    counts = set(_counts(run.report_data()))
    ledger.check(run.input_count in counts, "files", "report", "outcomes", f"{run.input_count} inputs", sorted(counts))


def _counts(data):
    """Give how many inputs each part of the report may account for: a list of outcomes or counts by outcome."""
    if isinstance(data, dict):
        numbers = list(data.values())
        if numbers and all(isinstance(number, int) for number in numbers):
            yield sum(numbers)
        for value in numbers:
            yield from _counts(value)
    elif isinstance(data, list):
        if data and all(isinstance(entry, dict) and "outcome" in entry for entry in data):
            yield len(data)
        for value in data:
            yield from _counts(value)

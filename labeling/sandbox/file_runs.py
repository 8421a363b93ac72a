"""What runs in a child that reads files."""

from typing import Any

from labeling.domain.dicom.deidentification.text_removal import without_texts
from labeling.domain.dicom.deidentified_file import DeidentifiedFile, deidentified_file
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.prepare import Prepared, prepare
from labeling.sandbox.operations import DEIDENTIFY, MAX_TEXT, PREPARE, REMOVE_TEXTS, Answer, Request, Run


def prepare_file(content: memoryview, request: Request, limits: Limits) -> Answer:
    prepared = prepare(content, request.work(), limits)
    document = {
        "offsets": prepared.offsets,
        "header": vars(prepared.header),
        "unreadable_overlays": prepared.overlays.unreadable,
        **_said(prepared),
    }
    return document, [prepared.dataset, prepared.pack, *(plane.packed() for plane in prepared.overlays.planes)]


def deidentify_file(content: memoryview, request: Request, limits: Limits) -> Answer:
    file = deidentified_file(content, request.work(), limits)
    named = {
        "sop_instance_uid": file.sop_instance_uid,
        "patient_pseudonym": file.patient_pseudonym,
        "says_burned_in": file.says_burned_in,
    }
    return {**named, **_said(file)}, [file.dataset]


def remove_texts(content: memoryview, request: Request, limits: Limits) -> Answer:
    removal = without_texts(content, request.drop_texts, limits)
    return {"removed": sorted(map(list, removal.removed))}, [removal.dataset]


def _said(file: Prepared | DeidentifiedFile) -> dict[str, Any]:
    return {
        "report": file.report.to_json(),
        "needs_text_check": file.needs_text_check,
        "patient_id": file.patient_id[:MAX_TEXT],
    }


RUNS: dict[str, Run] = {
    PREPARE.name: prepare_file,
    DEIDENTIFY.name: deidentify_file,
    REMOVE_TEXTS.name: remove_texts,
}

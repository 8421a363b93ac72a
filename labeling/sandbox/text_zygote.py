"""The zygote whose children look for text in pixels: it has the detector loaded. Run as the other one is."""

from labeling.domain.dicom import text_detector
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.overlay_text import verdict_on
from labeling.domain.dicom.overlays import OverlayPlane
from labeling.domain.dicom.pixel_text import find_text
from labeling.sandbox.operations import FIND_TEXT, JUDGE_OVERLAY, Answer, Request
from labeling.sandbox.zygote import main


def find_text_in_file(content: memoryview, request: Request, limits: Limits) -> Answer:
    found = find_text(bytes(content), limits)
    document = {
        "boxes": [[*box.to_json(), box.score] for box in found.boxes],
        "preview_names": list(found.preview_names),
        "rows": found.rows,
        "columns": found.columns,
        "is_sure": found.is_sure,
    }
    return document, list(found.previews)


def judge_overlay(content: memoryview, request: Request, limits: Limits) -> Answer:
    return {"verdict": verdict_on(OverlayPlane.unpacked(bytes(content)))}, []


if __name__ == "__main__":
    main(text_detector.warm_up, {FIND_TEXT.name: find_text_in_file, JUDGE_OVERLAY.name: judge_overlay})

"""The zygote whose children look for text in pixels: it has the detector loaded. Run as the other one is."""

from labeling.domain.dicom import text_detector
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_text import find_text
from labeling.sandbox.operations import FIND_TEXT, Answer, Request
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


if __name__ == "__main__":
    main(text_detector.warm_up, {FIND_TEXT.name: find_text_in_file})

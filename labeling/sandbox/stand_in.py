"""Stands in for the finder of text until it comes: it finds nothing, and is sure of it."""

from labeling.domain.dicom.text_findings import TextFindings
from labeling.sandbox.limits import SandboxLimits


def find_text_in_sandbox(dataset: bytes, *, owner: str = "", limits: SandboxLimits | None = None) -> TextFindings:
    return TextFindings((), (), (), 0, 0, is_sure=True)

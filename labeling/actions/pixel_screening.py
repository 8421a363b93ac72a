"""Decide of an image that is prepared: is it to be looked at for text, masked, or held for a person."""

from dataclasses import dataclass

from labeling.domain.dicom.deidentification.profiles import Option, PixelReview, Profile
from labeling.domain.dicom.pixel_masks import Mask
from labeling.domain.dicom.prepare import Prepared
from labeling.domain.dicom.text_findings import TextFindings
from labeling.sandbox import find_text_in_sandbox

MOSTLY_WITH_TEXT = {"US", "IVUS", "SC", "OT"}  # machines that write the patient's name into the picture itself


@dataclass(frozen=True)
class Screening:
    """`held`: a person must decide on these findings. Else `masks` are to be burned in; None: nobody looked."""

    masks: tuple[Mask, ...] | None = None
    held: TextFindings | None = None


def screen(prepared: Prepared, profile: Profile, *, owner: str) -> Screening:
    """Look for text where the profile asks for it. Raises SandboxFailed, so that what cannot be looked at stays out."""
    if not prepared.needs_text_check or not profile.has(Option.CLEAN_PIXEL_DATA):
        return Screening()
    found = find_text_in_sandbox(prepared.dataset, owner=owner)
    if _needs_a_person(found, profile.pixel_review, prepared.header.modality):
        return Screening(held=found)
    return Screening(masks=tuple(Mask(box.left, box.top, box.right, box.bottom) for box in found.boxes))


def _needs_a_person(found: TextFindings, wish: PixelReview, modality: str) -> bool:
    if wish == PixelReview.NEVER:
        return False
    if wish == PixelReview.ALWAYS and (found.boxes or modality in MOSTLY_WITH_TEXT):
        return True
    return not found.is_sure

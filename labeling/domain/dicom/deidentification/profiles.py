"""Profiles: which options of PS3.15 Annex E are in force. A profile is a value; its name and version are written in
each instance."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

EDITION = "2026c"


class Option(StrEnum):
    """The options of PS3.15 E.3, each with its code of PS3.16 CID 7050."""

    CLEAN_PIXEL_DATA = "clean_pixel_data"
    CLEAN_GRAPHICS = "clean_graphics"
    CLEAN_STRUCTURED_CONTENT = "clean_structured_content"
    CLEAN_DESCRIPTORS = "clean_descriptors"
    RETAIN_FULL_DATES = "retain_full_dates"
    RETAIN_MODIFIED_DATES = "retain_modified_dates"
    RETAIN_PATIENT_CHARACTERISTICS = "retain_patient_characteristics"
    RETAIN_DEVICE_IDENTITY = "retain_device_identity"
    RETAIN_UIDS = "retain_uids"
    RETAIN_SAFE_PRIVATE = "retain_safe_private"
    RETAIN_INSTITUTION_IDENTITY = "retain_institution_identity"


class PixelReview(StrEnum):
    """Which images with text burned in wait for a person."""

    UNSURE = "unsure"  # where the program is sure it masks; all others wait
    ALWAYS = "always"  # every image on which text was found, and every kind that mostly carries it
    NEVER = "never"  # whatever is found is masked


DEFAULT_OPTIONS = frozenset(
    {
        Option.CLEAN_PIXEL_DATA,
        Option.CLEAN_STRUCTURED_CONTENT,
        Option.CLEAN_DESCRIPTORS,
        Option.RETAIN_MODIFIED_DATES,
        Option.RETAIN_PATIENT_CHARACTERISTICS,
    }
)


@dataclass(frozen=True)
class Profile:
    """`is_strict`: of each SOP class only what its IOD needs or what places it in space is kept, and no prose."""

    name: str
    version: int
    options: frozenset[Option] = field(default=DEFAULT_OPTIONS)
    pixel_review: PixelReview = PixelReview.UNSURE
    is_strict: bool = False
    edition: str = EDITION

    def __str__(self) -> str:
        return f"{self.name}/{self.version}"

    def has(self, option: Option) -> bool:
        return option in self.options

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "options": sorted(self.options),
            "pixel_review": self.pixel_review.value,
            "is_strict": self.is_strict,
            "edition": self.edition,
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Profile":
        """Raises ValueError, TypeError or KeyError when the values are not those of a profile."""
        return cls(
            name=str(values["name"]),
            version=int(values["version"]),
            options=frozenset(Option(option) for option in values["options"]),
            pixel_review=PixelReview(values["pixel_review"]),
            is_strict=bool(values["is_strict"]),
            edition=str(values["edition"]),
        )


BASIC = Profile("basic", 1)
STRICT = Profile(
    "strict",
    1,
    options=frozenset({Option.CLEAN_PIXEL_DATA, Option.RETAIN_MODIFIED_DATES}),
    pixel_review=PixelReview.ALWAYS,
    is_strict=True,
)
BUILT_IN = {profile.name: profile for profile in (BASIC, STRICT)}

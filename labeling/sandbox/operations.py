"""What a child can be asked to do, and how the client checks what came back."""

import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_type_hints

from labeling.domain.dicom.deidentification.profiles import BASIC, Profile
from labeling.domain.dicom.deidentification.report import Report
from labeling.domain.dicom.deidentification.text_removal import Removal
from labeling.domain.dicom.deidentified_file import DeidentifiedFile, Work
from labeling.domain.dicom.header import InstanceHeader
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.overlays import OverlayPlane, Overlays, OverlayVerdict
from labeling.domain.dicom.pixel_masks import Mask
from labeling.domain.dicom.prepare import Prepared
from labeling.domain.dicom.pseudonyms import Pseudonyms
from labeling.domain.dicom.text_findings import TextBox, TextFindings

Buffer = bytes | bytearray | memoryview
Answer = tuple[dict[str, Any], list[Buffer]]  # a JSON document, and what is too large for one

MAX_TEXT = 4096
Result = TypeVar("Result")


@dataclass(frozen=True)
class Request:
    """`masks`: None when nobody has looked at the pixels, else boxes [left, top, right, bottom]."""

    key: bytes = b""
    profile: Profile = BASIC
    masks: tuple[tuple[int, ...], ...] | None = None
    drop_texts: Collection[tuple[str, str]] = ()

    def to_json(self) -> dict[str, Any]:
        masks = None if self.masks is None else [list(mask) for mask in self.masks]
        texts = sorted(map(list, self.drop_texts))
        return {"key": self.key.hex(), "profile": self.profile.to_json(), "masks": masks, "drop_texts": texts}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Request":
        masks = None if values["masks"] is None else tuple(tuple(mask) for mask in values["masks"])
        texts = tuple((keyword, value) for keyword, value in values["drop_texts"])
        return cls(bytes.fromhex(values["key"]), Profile.from_json(values["profile"]), masks, texts)

    def work(self) -> Work:
        masks = None if self.masks is None else tuple(map(Mask.from_json, self.masks))
        return Work(Pseudonyms(self.key), self.profile, masks, frozenset(self.drop_texts))


Run = Callable[[memoryview, Request, Limits], Answer]


@dataclass(frozen=True)
class Operation(Generic[Result]):
    """`zygote` says which kind of process has the libraries for it, and `run` is there only.

    `result` raises ValueError, TypeError or KeyError when the answer is not one that the operation gives.
    """

    name: str
    zygote: str
    result: Callable[[dict[str, Any], list[bytes]], Result]


def _heard(answer: dict[str, Any]) -> tuple[Report, bool, str]:
    return Report.from_json(answer["report"]), bool(answer["needs_text_check"]), _text(answer["patient_id"])


def _deidentified(answer: dict[str, Any], parts: list[bytes]) -> DeidentifiedFile:
    (dataset,) = parts
    if not dataset:
        raise ValueError("dataset")
    uid, patient = _text(answer["sop_instance_uid"]), _text(answer["patient_pseudonym"])
    report, needs_text_check, patient_id = _heard(answer)
    says_burned_in = answer["says_burned_in"] is True
    return DeidentifiedFile(dataset, report, uid, patient, needs_text_check, says_burned_in, patient_id)


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise TypeError
    return value


def _prepared(answer: dict[str, Any], parts: list[bytes]) -> Prepared:
    dataset, pack, *planes = parts
    header = _header(answer["header"])
    offsets = tuple(map(_integer, answer["offsets"]))
    is_in_order = all(low <= high for low, high in itertools.pairwise(offsets))
    parts_of_pack = header.number_of_frames + 1  # the thumbnail, and a preview of a large film
    if (
        len(offsets) - 1 not in (parts_of_pack, parts_of_pack + 1)
        or offsets[0] != 0
        or offsets[-1] != len(pack)
        or not is_in_order
    ):
        raise ValueError("offsets")
    if not dataset:
        raise ValueError("dataset")
    if "overlays" in header.display:
        raise ValueError("overlays that nobody has looked at")
    overlays = Overlays(tuple(map(OverlayPlane.unpacked, planes)), _integer(answer["unreadable_overlays"]))
    return Prepared(dataset, pack, offsets, header, *_heard(answer), overlays)


_HEADER_TYPES = {name: kind for name, kind in get_type_hints(InstanceHeader).items() if name != "display"}


def _header(values: dict[str, Any]) -> InstanceHeader:
    header = InstanceHeader.from_json(values)
    for name, kind in _HEADER_TYPES.items():
        value = getattr(header, name)
        if not isinstance(value, kind) or (isinstance(value, str) and len(value) > MAX_TEXT):
            raise TypeError(name)
    if not isinstance(header.display, dict):
        raise TypeError("display")
    return header


def _integer(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value


def _removal(answer: dict[str, Any], parts: list[bytes]) -> Removal:
    (dataset,) = parts
    if not dataset:
        raise ValueError("dataset")
    return Removal(dataset, frozenset((str(keyword), str(value)) for keyword, value in answer["removed"]))


def _found_text(answer: dict[str, Any], parts: list[bytes]) -> TextFindings:
    rows, columns = _integer(answer["rows"]), _integer(answer["columns"])
    names = tuple(map(_text, answer["preview_names"]))
    boxes = tuple(_box(values, rows, columns) for values in answer["boxes"])
    if len(names) != len(parts) or not all(part[:4] == b"RIFF" and part[8:12] == b"WEBP" for part in parts):
        raise ValueError("previews")  # they are shown to people
    return TextFindings(boxes, tuple(parts), names, rows, columns, answer["is_sure"] is True)


def _box(values: list[Any], rows: int, columns: int) -> TextBox:
    *sides, score = values
    left, top, right, bottom = map(_integer, sides)
    if not (0 <= left < right <= columns and 0 <= top < bottom <= rows and 0.0 <= float(score) <= 1.0):
        raise ValueError("box")
    return TextBox(left, top, right, bottom, float(score))


def _overlay_verdict(answer: dict[str, Any], parts: list[bytes]) -> OverlayVerdict:
    return OverlayVerdict(answer["verdict"])


PREPARE = Operation("prepare", "files", _prepared)
DEIDENTIFY = Operation("deidentify", "files", _deidentified)
FIND_TEXT = Operation("find_text", "text", _found_text)
JUDGE_OVERLAY = Operation("judge_overlay", "text", _overlay_verdict)
REMOVE_TEXTS = Operation("remove_texts", "files", _removal)

"""What a viewer must know to show an instance rightly: rescale, windows, spacing, place in space."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from math import isfinite
from typing import Any, NotRequired, TypedDict, cast

import numpy as np
from pydicom.dataset import Dataset

from labeling.domain.dicom.spacing import Region, Spacing, regions_of, spacing_of
from labeling.domain.geometry.slices import FramePlace, frame_order, slice_normal

# X-Ray Angiographic and X-Ray Radiofluoroscopic Image Storage
_FLUOROSCOPY = ("1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.2")

# Files have up to a dozen; a list without an end would make every page of its series slow. A table has 65,536 values.
_MOST_WINDOWS, _MOST_VOI_LUTS = 32, 8

# As mammograms and chest films carry them: SNOMED CT, and the identifiers of SNOMED RT that older files have.
VIEW_CODES = {
    "399162004": "CC",
    "R-10242": "CC",
    "399368009": "MLO",
    "R-10226": "MLO",
    "399260004": "ML",
    "R-10224": "ML",
    "399352003": "LM",
    "R-10228": "LM",
    "272479007": "PA",
    "R-10214": "PA",
    "399348003": "AP",
    "R-10206": "AP",
}


class Window(TypedDict):
    center: float
    width: float
    name: str


class ModalityLut(TypedDict):
    first: int
    values: list[int]


class VoiLut(TypedDict):
    name: str
    first: int
    bits: int
    values: list[int]


class FrameDisplay(TypedDict):
    """What may be another for each frame of a multi-frame image."""

    rescale_slope: float
    rescale_intercept: float
    rescale_type: str
    windows: list[Window]
    voi_function: str
    spacing: Spacing | None
    position: list[float] | None
    orientation: list[float] | None
    slice_thickness: float | None


class Display(FrameDisplay):
    modality_lut: ModalityLut | None
    voi_luts: list[VoiLut]
    presentation_lut_shape: str
    pixel_padding: list[float] | None
    range: list[float]
    pixel_aspect_ratio: list[int]
    patient_orientation: list[str] | None
    frame_of_reference_uid: str
    laterality: str
    view_position: str
    frame_time_ms: float | None
    regions: NotRequired[list[Region]]
    frames: NotRequired[list[dict[str, Any]]]  # of each frame, what is not the same in all
    frame_order: NotRequired[list[int]]  # frame numbers as they are shown, where that is not 1, 2, 3, ...
    is_float: NotRequired[bool]
    overlays: NotRequired[list[dict[str, int]]]  # where each plane lies, see overlays.OverlayPlane


def display_of(ds: Dataset, is_signed: bool, value_range: list[float]) -> Display:
    """`ds` is the de-identified dataset. The first frame stands for all but for what `frames` says."""
    display: Display = {
        **_frame_display(ds, 0),  # type: ignore[typeddict-item]  # mypy asks for keys that need not be there
        "modality_lut": _modality_lut(ds, is_signed),
        "voi_luts": list(islice(_voi_luts(ds, is_signed), _MOST_VOI_LUTS)),
        "presentation_lut_shape": text(ds, "PresentationLUTShape"),
        "pixel_padding": pixel_padding(ds, is_signed),
        "range": value_range,
        "pixel_aspect_ratio": _aspect_ratio(ds),
        "patient_orientation": _patient_orientation(ds),
        "frame_of_reference_uid": text(ds, "FrameOfReferenceUID"),
        "laterality": laterality(ds),
        "view_position": view_position(ds),
        "frame_time_ms": _frame_time(ds),
    }
    if regions := regions_of(ds):
        display["regions"] = regions
    _add_frames(display, ds)
    return display


def of_frame(display: Display, frame: int) -> Display:
    """How frame `frame`, from 1, is shown: what it says itself comes before what is said of all."""
    own = display["frames"][frame - 1] if "frames" in display else {}
    return cast(Display, {**display, **own})


def pixel_shape(display: Display) -> tuple[float, float]:
    """(height, width) of a pixel: in mm where there is a spacing, else as PixelAspectRatio relates them."""
    if spacing := display.get("spacing"):
        return spacing["row_mm"], spacing["column_mm"]
    vertical, horizontal = display.get("pixel_aspect_ratio") or (1, 1)
    return float(vertical), float(horizontal)


def _frame_display(ds: Dataset, frame: int) -> FrameDisplay:
    """Of frame 0, 1, ...: its functional groups, or the attributes of the dataset."""
    rescale = functional_group(ds, "PixelValueTransformationSequence", frame)
    voi = functional_group(ds, "FrameVOILUTSequence", frame)
    measures = functional_group(ds, "PixelMeasuresSequence", frame)
    position = functional_group(ds, "PlanePositionSequence", frame)
    orientation = functional_group(ds, "PlaneOrientationSequence", frame)
    slope = number(rescale, "RescaleSlope")
    dose = number(ds, "DoseGridScaling") if slope is None else None
    unit = text(ds, "DoseUnits") if dose else "HU" if text(ds, "Modality") == "CT" and slope else ""
    return {
        "rescale_slope": next((value for value in (slope, dose) if value is not None), 1.0),
        "rescale_intercept": number(rescale, "RescaleIntercept") or 0.0,
        "rescale_type": text(rescale, "RescaleType") or unit,
        "windows": _windows(voi),
        "voi_function": text(voi, "VOILUTFunction") or "LINEAR",
        "spacing": spacing_of(ds, measures),
        "position": _vector(position, "ImagePositionPatient", 3),
        "orientation": _vector(orientation, "ImageOrientationPatient", 6),
        "slice_thickness": number(measures, "SliceThickness"),
    }


def _add_frames(display: Display, ds: Dataset) -> None:
    """What differs between frames, and the order in which they are shown."""
    frames = _dose_frames(display, ds) or _grouped_frames(ds)
    if len(frames) < 2:
        return
    display["frames"] = _without_shared([dict(frame) for frame in frames])
    order = frame_order(
        [FramePlace(frame["position"], frame["orientation"], _stack(ds, index)) for index, frame in enumerate(frames)]
    )
    if order != list(range(len(order))):
        display["frame_order"] = [index + 1 for index in order]
    if not any(display["frames"]):
        del display["frames"]


def _grouped_frames(ds: Dataset) -> list[FrameDisplay]:
    groups: Sequence[Dataset] = ds.get("PerFrameFunctionalGroupsSequence") or []
    is_complete = len(groups) == (number(ds, "NumberOfFrames") or 1)
    return [_frame_display(ds, frame) for frame in range(len(groups))] if is_complete else []


def _dose_frames(display: Display, ds: Dataset) -> list[FrameDisplay]:
    """The planes of a dose grid lie along the normal of the first (PS3.3 C.8.8.3.2)."""
    offsets, first = numbers(ds, "GridFrameOffsetVector"), display["position"]
    normal = slice_normal(display["orientation"] or ())
    if len(offsets) != number(ds, "NumberOfFrames") or first is None or normal is None:
        return []
    plain = _frame_display(ds, 0)
    return [
        {
            **plain,
            "position": [at + (offset - offsets[0]) * along for at, along in zip(first, normal, strict=True)],
        }
        for offset in offsets
    ]


def _without_shared(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    first, *others = frames
    differing = [name for name in first if any(other[name] != first[name] for other in others)]
    return [{name: frame[name] for name in differing} for frame in frames]


def _stack(ds: Dataset, frame: int) -> str:
    return text(functional_group(ds, "FrameContentSequence", frame), "StackID")


def _patient_orientation(ds: Dataset) -> list[str] | None:
    """Where rows and columns lead to, in letters: all that projection images say (PS3.3 C.7.6.1.1.1)."""
    written = ds.get("PatientOrientation") or []
    words = [str(word) for word in written] if not isinstance(written, str) else []
    return words if len(words) == 2 and all(re.fullmatch("[LRPAHF]{1,3}", word) for word in words) else None


def functional_group(ds: Dataset, keyword: str, frame: int = 0) -> Dataset:
    """The item of a functional group macro, shared or of frame 0, 1, ...; the dataset itself when there is none."""
    for name, index in (("SharedFunctionalGroupsSequence", 0), ("PerFrameFunctionalGroupsSequence", frame)):
        for group in (ds.get(name) or [])[index : index + 1]:
            items: Sequence[Dataset] = group.get(keyword) or []
            if items:
                return items[0]
    return ds


def numbers(ds: Dataset, keyword: str) -> list[float]:
    value = ds.get(keyword)
    if value is None or value == "":
        return []
    values = [value] if isinstance(value, int | float) else list(value)
    found = [float(one) for one in values if one is not None and one != ""]
    return found if all(map(isfinite, found)) else []


def number(ds: Dataset, keyword: str) -> float | None:
    return next(iter(numbers(ds, keyword)), None)


def text(ds: Dataset, keyword: str) -> str:
    value = ds.get(keyword)
    return str(value) if isinstance(value, str) else ""


def laterality(ds: Dataset) -> str:
    frame = text(functional_group(ds, "FrameAnatomySequence"), "FrameLaterality")
    return text(ds, "ImageLaterality") or text(ds, "Laterality") or frame


def view_position(ds: Dataset) -> str:
    """ViewPosition, else what the code of View Code Sequence means (PS3.16 CID 4010 and 4014)."""
    for item in (ds.get("ViewCodeSequence") or [])[:1]:
        return text(ds, "ViewPosition") or VIEW_CODES.get(text(item, "CodeValue"), "")
    return text(ds, "ViewPosition")


def pixel_padding(ds: Dataset, is_signed: bool) -> list[float] | None:
    """Smallest and largest stored value that is no picture."""
    for kind in ("FloatPixelPadding", "DoubleFloatPixelPadding"):
        value, limit = number(ds, f"{kind}Value"), number(ds, f"{kind}RangeLimit")
        if value is not None:
            return sorted(_single(end) for end in (value, value if limit is None else limit))
    value, limit = number(ds, "PixelPaddingValue"), number(ds, "PixelPaddingRangeLimit")
    if value is None:
        return None
    ends = [_as_stored(int(end), is_signed) for end in (value, value if limit is None else limit)]
    return [min(ends), max(ends)]


def _single(value: float) -> float:
    """The nearest number of single precision: what lies beyond them all would be infinite, which JSON cannot say."""
    ends = np.finfo(np.float32)
    return float(np.float32(np.clip(value, ends.min, ends.max)))


def _as_stored(value: int, is_signed: bool) -> int:
    """Some writers give an unsigned VR to a value of signed pixels."""
    return value - 0x10000 if is_signed and 0x8000 <= value <= 0xFFFF else value


def _texts(ds: Dataset, keyword: str) -> dict[int, str]:
    """The values by their number from 1; there are such only where de-identification has kept them."""
    value = ds.get(keyword) or []
    values = [value] if isinstance(value, str) else list(value)
    return {index: str(one).strip()[:32] for index, one in enumerate(values, 1)}


def _windows(voi: Dataset) -> list[Window]:
    pairs = zip(numbers(voi, "WindowCenter"), numbers(voi, "WindowWidth"), strict=False)
    names = _texts(voi, "WindowCenterWidthExplanation")
    windows: list[Window] = [
        {"center": center, "width": width, "name": names.get(index) or f"WINDOW{index}"}
        for index, (center, width) in enumerate(pairs, 1)
        if width >= 1 or (width > 0 and text(voi, "VOILUTFunction") != "LINEAR")
    ]
    return windows[:_MOST_WINDOWS]


def _modality_lut_items(ds: Dataset) -> Sequence[Dataset]:
    """Of a projection on a logarithmic or display scale the table leads back to beam intensity: it is for measuring,
    and is left out of what is shown (PS3.3 C.8.7.1.1.2, PS3.4 N.2.1.2)."""
    if text(ds, "SOPClassUID") in _FLUOROSCOPY and text(ds, "PixelIntensityRelationship") in ("LOG", "DISP"):
        return []
    items: Sequence[Dataset] = ds.get("ModalityLUTSequence") or []
    return items[:1]


def _modality_lut(ds: Dataset, is_signed: bool) -> ModalityLut | None:
    for item in _modality_lut_items(ds):
        table = _lut(item, is_signed)
        if table is not None:
            return {"first": table[0], "values": table[2]}
    return None


def _voi_luts(ds: Dataset, is_signed: bool) -> Iterator[VoiLut]:
    # A modality LUT gives unsigned values, so the VOI LUT behind it starts at an unsigned one (PS3.3 C.11.2.1.1).
    is_signed_input = not _modality_lut_items(ds) and (is_signed or (number(ds, "RescaleIntercept") or 0) < 0)
    for index, item in enumerate(ds.get("VOILUTSequence") or [], 1):
        table = _lut(item, is_signed_input)
        if table is not None:
            name = _texts(item, "LUTExplanation").get(1) or f"LUT{index}"
            yield {"name": name, "first": table[0], "bits": table[1], "values": table[2]}


def _lut(item: Dataset, is_signed: bool) -> tuple[int, int, list[int]] | None:
    """First input value, bits of an entry, entries; None when the table is damaged."""
    descriptor = [int(value) for value in numbers(item, "LUTDescriptor")]
    data: Any = item.get("LUTData")
    if len(descriptor) != 3 or data is None:
        return None
    entries, first, bits = descriptor[0] or 0x10000, _as_stored(descriptor[1], is_signed), descriptor[2]
    if isinstance(data, bytes):
        values = np.frombuffer(data, np.uint8 if len(data) in (entries, entries + entries % 2) else "<u2")
    else:
        values = np.atleast_1d(np.asarray(data)) & 0xFFFF
    if len(values) < entries or not 1 <= bits <= 16:
        return None
    return first, bits, [int(value) for value in values[:entries]]


def _aspect_ratio(ds: Dataset) -> list[int]:
    values = [int(value) for value in numbers(ds, "PixelAspectRatio")]
    return values if len(values) == 2 and min(values) > 0 else [1, 1]


def _vector(item: Dataset, keyword: str, length: int) -> list[float] | None:
    values = numbers(item, keyword)
    return values if len(values) == length else None


def _frame_time(ds: Dataset) -> float | None:
    frame_time, rate = number(ds, "FrameTime"), number(ds, "RecommendedDisplayFrameRate") or number(ds, "CineRate")
    if frame_time:
        return frame_time
    return 1000 / rate if rate else None

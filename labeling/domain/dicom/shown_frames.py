"""The frames of a file as a viewer shows them, few enough to be searched for text: uint8 grey or RGB."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset

from labeling.domain.dicom.display import display_of, number
from labeling.domain.dicom.elements import PIXEL_DATA, Elements
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.pixel_format import PixelFormat, pixel_format_of
from labeling.domain.dicom.pixels import Array, decoded_frames, storable_pixels
from labeling.domain.dicom.reading import read
from labeling.domain.dicom.thumbnail import grey_levels
from labeling.errors import NoPixels


@dataclass(frozen=True)
class ShownFrame:
    """`shown` as by the first window; `spread`, of grey images, with all stored values from black to white: text that
    is as white as the bone around it in a window is seen there."""

    name: str
    shown: Array
    spread: Array | None


@dataclass(frozen=True)
class ShownFile:
    """`regions`: of an ultrasound image, where anatomy is: (left, top, right, bottom), half-open."""

    elements: Elements
    form: PixelFormat
    regions: tuple[tuple[int, int, int, int], ...]
    frames: tuple[ShownFrame, ...]


def shown_file(dataset: bytes, limits: Limits) -> ShownFile:
    """First, middle and last frame and the maximum over time, each once. Decodes all, holds few at a time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's warnings quote values
        source = read(dataset, limits)
        if PIXEL_DATA not in source.elements:
            raise NoPixels
        form = pixel_format_of(source.elements, limits)
        pixels, form = storable_pixels(source.elements[PIXEL_DATA], form, source.transfer_syntax_uid)
        ds = dcmread(BytesIO(dataset), stop_before_pixels=True)
        frames = tuple(_frames(decoded_frames(pixels, form, ds, source.transfer_syntax_uid), form, ds))
    return ShownFile(source.elements, form, _regions(ds), frames)


def _frames(decoded: Iterator[Array], form: PixelFormat, ds: Dataset) -> Iterator[ShownFrame]:
    count = form.number_of_frames
    wanted = {0: "frame 1", count // 2: f"frame {count // 2 + 1}", count - 1: f"frame {count}"}
    levels = _Levels(form, ds)
    brightest: ShownFrame | None = None
    for index, frame in enumerate(decoded):
        if index not in wanted and count <= len(wanted):
            continue
        shown = levels.shown(frame, wanted.get(index, ""))
        if index in wanted:
            yield shown
        if count > len(wanted):
            brightest = shown if brightest is None else _brighter(brightest, shown)
    if brightest is not None:
        yield replace(brightest, name="maximum over time")


def _brighter(one: ShownFrame, other: ShownFrame) -> ShownFrame:
    spread = None if one.spread is None or other.spread is None else np.maximum(one.spread, other.spread)
    return ShownFrame(one.name, np.maximum(one.shown, other.shown), spread)


class _Levels:
    """Stored values to 8 bits by tables over all values, made once: to window pixel by pixel is slow."""

    def __init__(self, form: PixelFormat, ds: Dataset) -> None:
        self._form, self._ds = form, ds
        self._tables: tuple[Array, Array] | None = None

    def shown(self, frame: Array, name: str) -> ShownFrame:
        if frame.ndim == 3:
            return ShownFrame(name, frame, None)
        if frame.dtype.itemsize > 2:  # too many values for a table
            return ShownFrame(name, *self._levels(frame, frame))
        if self._tables is None:
            self._tables = self._made_for(frame)
        index = frame.view(np.uint16) if frame.dtype == np.int16 else frame
        shown, spread = self._tables
        return ShownFrame(name, shown[index], spread[index])

    def _made_for(self, frame: Array) -> tuple[Array, Array]:
        """The first frame's range stands for all frames."""
        stored = np.arange(1 << 8 * frame.dtype.itemsize, dtype=np.uint16).astype(frame.dtype)
        shown, spread = self._levels(frame, stored[None, :])
        return shown[0], spread[0]

    def _levels(self, frame: Array, stored: Array) -> tuple[Array, Array]:
        """Grey of stored values, as the window and as the range of the frame say."""
        ends: list[float] = [int(frame.min()), int(frame.max())]
        display = display_of(self._ds, self._form.is_signed, ends)
        is_inverted = self._form.photometric_interpretation == "MONOCHROME1"
        shown = grey_levels(stored, display, is_inverted)
        part = (stored.astype(np.float32) - ends[0]) / max(1, ends[1] - ends[0])
        spread = (255 * np.clip(1 - part if is_inverted else part, 0, 1)).astype(np.uint8)
        return shown, spread


def _regions(ds: Dataset) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(_whole(ds.get("SequenceOfUltrasoundRegions") or []))


def _whole(items: Iterable[Dataset]) -> Iterator[tuple[int, int, int, int]]:
    names = ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")
    for item in items:
        ends = [number(item, name) for name in names]
        if None not in ends:
            left, top, right, bottom = (int(end or 0) for end in ends)
            yield left, top, right + 1, bottom + 1

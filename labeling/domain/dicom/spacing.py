"""Millimetres per pixel, and which attribute says so; none when nothing can be trusted."""

from typing import TypedDict

from pydicom.dataset import Dataset

_CENTIMETRE = 3
_CALIBRATIONS = ("GEOMETRY", "FIDUCIAL")  # what is written beside them is prose, and not shown


class Region(TypedDict):
    """A part of an ultrasound image with a scale of its own; the corners are image coordinates."""

    x0: float
    y0: float
    x1: float
    y1: float
    row_mm: float
    column_mm: float


class Spacing(TypedDict):
    row_mm: float
    column_mm: float
    source: str


def spacing_of(ds: Dataset, measures: Dataset) -> Spacing | None:
    """`measures` holds PixelSpacing: the Pixel Measures item of a multi-frame image, else the dataset itself.

    ImagerPixelSpacing is measured at the detector: anatomy is magnified there, which ERMF undoes. A PixelSpacing that
    repeats it and names no calibration is not corrected either (PS3.3 10.7.1.3).
    """
    pixel, imager = _pair(measures, "PixelSpacing"), _pair(ds, "ImagerPixelSpacing")
    calibration = ds.get("PixelSpacingCalibrationType")
    is_calibrated = calibration in _CALIBRATIONS
    if pixel and (is_calibrated or pixel != imager):
        source = f"PixelSpacing, calibrated by {calibration}" if is_calibrated else "PixelSpacing"
        return {"row_mm": pixel[0], "column_mm": pixel[1], "source": source}
    if imager:
        factor = _positive(ds.get("EstimatedRadiographicMagnificationFactor"))
        source = "ImagerPixelSpacing/ERMF" if factor else "ImagerPixelSpacing"
        return {"row_mm": imager[0] / (factor or 1), "column_mm": imager[1] / (factor or 1), "source": source}
    scanned = _pair(ds, "NominalScannedPixelSpacing")
    if scanned:
        return {"row_mm": scanned[0], "column_mm": scanned[1], "source": "NominalScannedPixelSpacing"}
    return _ultrasound(ds)


def _pair(ds: Dataset, keyword: str) -> tuple[float, float] | None:
    value = ds.get(keyword)
    if value is None or isinstance(value, str | int | float) or len(value) != 2:
        return None
    row, column = _positive(value[0]), _positive(value[1])
    return (row, column) if row and column else None


def _positive(value: object) -> float | None:
    number = float(value) if isinstance(value, int | float) else 0.0
    return number if 0 < number < 1e6 else None


def regions_of(ds: Dataset) -> list[Region]:
    """The two-dimensional regions of an ultrasound image that measure lengths in both directions."""
    found = (_region(item) for item in ds.get("SequenceOfUltrasoundRegions") or [])
    return [region for region in found if region is not None]


_CORNERS = ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")


def _region(item: Dataset) -> Region | None:
    scale = _scale(item)
    corners = [item.get(name) for name in _CORNERS]
    left, top, right, bottom = (float(corner) if isinstance(corner, int) else -1.0 for corner in corners)
    if scale is None or not (0 <= left <= right and 0 <= top <= bottom):
        return None
    row_mm, column_mm = scale
    # The last pixel belongs to the region.
    return {"x0": left, "y0": top, "x1": right + 1, "y1": bottom + 1, "row_mm": row_mm, "column_mm": column_mm}


def _scale(region: Dataset) -> tuple[float, float] | None:
    """Millimetres from row to row and from column to column."""
    units = (region.get("PhysicalUnitsXDirection"), region.get("PhysicalUnitsYDirection"))
    column, row = _positive(region.get("PhysicalDeltaX")), _positive(region.get("PhysicalDeltaY"))
    if units != (_CENTIMETRE, _CENTIMETRE) or not (row and column):
        return None
    return round(row * 10, 9), round(column * 10, 9)


def _ultrasound(ds: Dataset) -> Spacing | None:
    """One scale for the image, only if every two-dimensional region agrees and no region measures anything else."""
    found = {_scale(region) for region in ds.get("SequenceOfUltrasoundRegions") or []}
    scale = found.pop() if len(found) == 1 else None
    if scale is None:
        return None
    return {"row_mm": scale[0], "column_mm": scale[1], "source": "SequenceOfUltrasoundRegions"}

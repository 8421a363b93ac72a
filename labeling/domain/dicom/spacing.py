"""Millimetres per pixel, and which attribute says so; none when nothing can be trusted."""

from typing import TypedDict

from pydicom.dataset import Dataset

_CENTIMETRE = 3


class Spacing(TypedDict):
    row_mm: float
    column_mm: float
    source: str


def spacing_of(ds: Dataset, measures: Dataset) -> Spacing | None:
    """`measures` holds PixelSpacing: the Pixel Measures item of a multi-frame image, else the dataset itself.

    ImagerPixelSpacing is measured at the detector: anatomy is magnified there, which ERMF undoes.
    """
    pixel = _pair(measures, "PixelSpacing")
    if pixel:
        return {"row_mm": pixel[0], "column_mm": pixel[1], "source": "PixelSpacing"}
    imager = _pair(ds, "ImagerPixelSpacing")
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


def _ultrasound(ds: Dataset) -> Spacing | None:
    """One scale for the image, only if every two-dimensional region agrees and no region measures anything else."""
    found: set[tuple[float, float]] = set()
    for region in ds.get("SequenceOfUltrasoundRegions") or []:
        units = (region.get("PhysicalUnitsXDirection"), region.get("PhysicalUnitsYDirection"))
        x, y = region.get("PhysicalDeltaX"), region.get("PhysicalDeltaY")
        column, row = _positive(x), _positive(y)
        if units != (_CENTIMETRE, _CENTIMETRE) or not (row and column):
            return None
        found.add((round(row * 10, 9), round(column * 10, 9)))
    if len(found) != 1:
        return None
    row_mm, column_mm = found.pop()
    return {"row_mm": row_mm, "column_mm": column_mm, "source": "UltrasoundRegions"}

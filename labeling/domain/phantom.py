"""A chest CT made in code: a body, two lungs, a heart, a spine, and soft nodules to find."""

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

SIZE = 512
SPACING_MM = 0.7
SLICE_MM = 2.5
INTERCEPT = -1024
NOISE_HU = 12.0
_ROOT = "1.2.826.0.1.3680043.10.1511.1"

# (x, y, half width, half height) in mm from the centre, and HU; painted in this order.
ELLIPSES = (
    (0.0, 0.0, 165.0, 115.0, 45.0),  # body
    (-75.0, -8.0, 60.0, 82.0, -860.0),  # lungs
    (75.0, -8.0, 60.0, 82.0, -860.0),
    (18.0, -22.0, 46.0, 40.0, 50.0),  # heart
    (-6.0, 28.0, 13.0, 13.0, 55.0),  # aorta
    (0.0, 76.0, 20.0, 18.0, 380.0),  # spine
    (0.0, 80.0, 9.0, 8.0, 30.0),  # its canal
    (0.0, -100.0, 16.0, 5.0, 300.0),  # breastbone
)
# (x, y, z, radius) in mm, z from the first slice, and HU at the middle.
NODULES = (
    (-85.0, -30.0, 22.0, 6.0, 40.0),
    (95.0, 20.0, 38.0, 9.0, 30.0),
    (-60.0, 35.0, 60.0, 4.0, 60.0),
    (88.0, -45.0, 74.0, 13.0, 35.0),
)

Plane = NDArray[np.floating]


def chest_ct(slices: int = 40) -> Iterator[bytes]:
    """Part 10 files of axial slices from below upwards; the same bytes every time."""
    random = np.random.default_rng(20)
    noise = random.normal(0.0, NOISE_HU, (SIZE, SIZE)).astype(np.float32)
    body = _body()
    for index in range(slices):
        # One plane of noise, moved about: as good to the eye as new noise, and much faster.
        moved = np.roll(noise, tuple(random.integers(0, SIZE, 2)), (0, 1))
        hounsfield = _with_nodules(body, index * SLICE_MM) + moved
        yield _file(index, np.clip(hounsfield - INTERCEPT, 0, 4095).astype("<u2"))


def _body() -> Plane:
    x, y = _axis(), _axis()[:, None]
    plane: Plane = np.full((SIZE, SIZE), -1000.0, np.float32)
    for x0, y0, width, height, value in ELLIPSES:
        distance = np.hypot((x - x0) / width, (y - y0) / height)
        plane += (value - plane) * _soft((1 - distance) * min(width, height))
    return plane


def _with_nodules(body: Plane, z_mm: float) -> Plane:
    x, y = _axis(), _axis()[:, None]
    plane = body.copy()
    for x0, y0, z0, radius, value in NODULES:
        if abs(z_mm - z0) < radius + 1:
            distance = np.sqrt((x - x0) ** 2 + (y - y0) ** 2 + (z_mm - z0) ** 2)
            plane += (value - plane) * _soft(radius - distance)
    return plane


def _axis() -> Plane:
    """Millimetres of the pixel centres from the middle."""
    return ((np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2) * SPACING_MM).astype(np.float32)


def _soft(inside_mm: Plane) -> Plane:
    """1 inside, 0 outside, an edge of 2 mm: what a scanner's point spread leaves of a step."""
    return np.clip(inside_mm / 2 + 0.5, 0, 1).astype(np.float32)


def _file(index: int, pixels: NDArray[np.uint16]) -> bytes:
    ds = _header(index)
    ds.Rows, ds.Columns = pixels.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = 1, INTERCEPT, "HU"
    ds.WindowCenter, ds.WindowWidth = [-600, 40], [1500, 400]
    ds.WindowCenterWidthExplanation = ["LUNG", "SOFT TISSUE"]
    ds.PixelData = pixels.tobytes()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    buffer = BytesIO()
    dcmwrite(buffer, ds, enforce_file_format=True)
    return buffer.getvalue()


def _header(index: int) -> Dataset:
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = CTImageStorage, f"{_ROOT}.1.{index + 1}"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = _ROOT, f"{_ROOT}.1", f"{_ROOT}.2"
    ds.Modality, ds.Manufacturer, ds.BodyPartExamined = "CT", "Overread", "CHEST"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.PatientID, ds.PatientName, ds.PatientSex, ds.PatientAge = "PHANTOM-1", "Phantom^Chest", "O", "050Y"
    ds.StudyDate = ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = "20200102"
    ds.StudyTime, ds.AccessionNumber, ds.StudyID = "101500", "", "1"
    ds.SeriesNumber, ds.InstanceNumber = 2, index + 1
    edge = -(SIZE - 1) / 2 * SPACING_MM
    ds.ImagePositionPatient = [edge, edge, index * SLICE_MM]
    ds.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing, ds.SliceThickness = [SPACING_MM, SPACING_MM], SLICE_MM
    return ds

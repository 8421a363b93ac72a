"""DICOM files made in code: plain functions with keyword defaults, each the bytes of a Part 10 file.

`radiograph()`, `ct_series()`, `ultrasound()` and `palette()` are images as they come from scanners, names and all;
`IDENTIFIERS` lists the words that must not survive, `planted()` puts them into every corner of a header.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    ComputedRadiographyImageStorage,
    CTImageStorage,
    ExplicitVRLittleEndian,
    UltrasoundMultiFrameImageStorage,
)

NAME = "Zwetschkenbaum^Leopoldine"
PATIENT_ID = "MRN-4711-0815"
IDENTIFIERS = ["Zwetschkenbaum", "Leopoldine", "MRN-4711-0815", "Hinterbrunn", "Quacksalber", "ACC7788990", "CANARY"]

_ROOT = "1.2.826.0.1.3680043.10.1234"


def dataset(
    *,
    sop_class: str = ComputedRadiographyImageStorage,
    modality: str = "CR",
    patient: str = PATIENT_ID,
    name: str = NAME,
    study: int = 1,
    series: int = 1,
    instance: int = 1,
) -> Dataset:
    """A header without pixels."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID = sop_class
    ds.SOPInstanceUID = f"{_ROOT}.{study}.{series}.{instance}"
    ds.StudyInstanceUID = f"{_ROOT}.{study}"
    ds.SeriesInstanceUID = f"{_ROOT}.{study}.{series}"
    ds.Modality = modality
    ds.PatientName, ds.PatientID = name, patient
    ds.PatientBirthDate, ds.PatientSex, ds.PatientAge = "19310305", "F", "093Y"
    ds.StudyDate = ds.SeriesDate = ds.ContentDate = "20240317"
    ds.StudyTime = "101112"
    ds.AccessionNumber = "ACC7788990"
    ds.InstitutionName, ds.ReferringPhysicianName = "Hinterbrunn Klinik", "Quacksalber^Igor"
    ds.StudyDescription = "Thorax Zwetschkenbaum"
    ds.StudyID, ds.SeriesNumber, ds.InstanceNumber = "4711", series, instance
    ds.Manufacturer = "SIEMENS"
    return ds


def with_pixels(
    ds: Dataset, pixels: np.ndarray, *, photometric: str = "MONOCHROME2", bits: int | None = None
) -> Dataset:
    """`pixels` is ([frames,] rows, columns[, 3])."""
    is_colour = photometric.startswith(("RGB", "YBR"))
    shape = pixels.shape[:-1] if is_colour else pixels.shape
    ds.Rows, ds.Columns = shape[-2:]
    if len(shape) == 3:
        ds.NumberOfFrames = shape[0]
    ds.SamplesPerPixel = 3 if is_colour else 1
    if is_colour:
        ds.PlanarConfiguration = 0
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = 8 * pixels.itemsize
    ds.BitsStored = bits or ds.BitsAllocated
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(np.issubdtype(pixels.dtype, np.signedinteger))
    ds.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
    return ds


def gradient(rows: int, columns: int, *, top: int = 4095, dtype: str = "<u2") -> np.ndarray:
    """Values from 0 at the upper left to about `top` at the lower right."""
    row, column = np.mgrid[0:rows, 0:columns]
    return ((row + column) * (top / (rows + columns - 2))).astype(dtype)


def file_bytes(ds: Dataset, *, transfer_syntax: str = ExplicitVRLittleEndian, preamble: bytes = bytes(128)) -> bytes:
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = transfer_syntax
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.preamble = preamble
    buffer = BytesIO()
    dcmwrite(buffer, ds, enforce_file_format=True)
    return buffer.getvalue()


def radiograph(
    *,
    rows: int = 60,
    columns: int = 100,
    photometric: str = "MONOCHROME2",
    change: Callable[[Dataset], Any] = lambda ds: None,
    **header: Any,
) -> bytes:
    """A CR image that is not square, 12 bits of 16, with a window and the spacing at the imager."""
    ds = with_pixels(dataset(**header), gradient(rows, columns), photometric=photometric, bits=12)
    ds.ImagerPixelSpacing = [0.2, 0.1]
    ds.WindowCenter, ds.WindowWidth = "2048", "4096"
    ds.BodyPartExamined, ds.ViewPosition, ds.Laterality = "CHEST", "PA", ""
    change(ds)
    return file_bytes(ds)


def ct_series(*, slices: int = 5, rows: int = 32, columns: int = 40, **header: Any) -> list[bytes]:
    """Axial slices 2.5 mm apart from the feet upwards, a bright ball in the middle of the stack."""
    row, column = np.mgrid[0:rows, 0:columns]
    files = []
    for index in range(slices):
        radius = rows / 3 * (1 - abs(2 * index / max(1, slices - 1) - 1))
        ball = (row - rows / 2) ** 2 + (column - columns / 2) ** 2 <= radius**2
        pixels = np.where(ball, 1064, 24).astype("<i2")
        ds = dataset(sop_class=CTImageStorage, modality="CT", instance=index + 1, **header)
        with_pixels(ds, pixels)
        ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        ds.FrameOfReferenceUID = f"{_ROOT}.9"
        ds.ImagePositionPatient, ds.ImageOrientationPatient = [-20.0, -16.0, 2.5 * index], [1, 0, 0, 0, 1, 0]
        ds.PixelSpacing, ds.SliceThickness = [0.8, 0.8], "2.5"
        ds.RescaleSlope, ds.RescaleIntercept = "1", "-1024"
        ds.WindowCenter, ds.WindowWidth = ["40", "-600"], ["400", "1500"]
        files.append(file_bytes(ds))
    return files


def ultrasound(*, frames: int = 3, rows: int = 24, columns: int = 30, **header: Any) -> bytes:
    """A colour loop with one region in centimetres."""
    grey = gradient(rows, columns, top=200, dtype="u1")
    pixels = np.stack([np.stack([grey, grey // 2, np.full_like(grey, 20 * n)], axis=-1) for n in range(frames)])
    ds = dataset(sop_class=UltrasoundMultiFrameImageStorage, modality="US", **header)
    with_pixels(ds, pixels, photometric="RGB")
    ds.FrameTime = "40"
    region = Dataset()
    region.RegionSpatialFormat, region.RegionDataType, region.RegionFlags = 1, 1, 0
    region.PhysicalUnitsXDirection = region.PhysicalUnitsYDirection = 3
    region.PhysicalDeltaX = region.PhysicalDeltaY = 0.02
    ds.SequenceOfUltrasoundRegions = Sequence([region])
    return file_bytes(ds)


def palette(*, bits: int = 16, **header: Any) -> bytes:
    """Indices 0 to 3: black, red, green, blue."""
    ds = with_pixels(dataset(**header), np.array([[0, 1], [2, 3]], "u1"), photometric="PALETTE COLOR")
    full = (1 << bits) - 1
    for colour, index in (("Red", 1), ("Green", 2), ("Blue", 3)):
        table = np.zeros(4, "<u2" if bits == 16 else "u1")
        table[index] = full
        setattr(ds, f"{colour}PaletteColorLookupTableDescriptor", [4, 0, bits])
        setattr(ds, f"{colour}PaletteColorLookupTableData", table.tobytes())
    return file_bytes(ds)


def planted() -> bytes:
    """A radiograph with identifiers in some fifty places, of the header and around it."""
    return radiograph(change=plant)


TEXT_PLACES = """
OtherPatientNames PatientBirthName PatientMotherBirthName PatientAddress OtherPatientIDs EthnicGroup Occupation
PatientComments AdditionalPatientHistory PatientTelephoneNumbers MedicalAlerts ImageComments StationName
InstitutionAddress InstitutionalDepartmentName PhysiciansOfRecord PerformingPhysicianName OperatorsName
NameOfPhysiciansReadingStudy StudyDescription SeriesDescription ProtocolName DeviceSerialNumber
RequestedProcedureDescription RequestingPhysician DerivationDescription AcquisitionComments FrameComments
WindowCenterWidthExplanation LUTExplanation DetectorID PlateID SoftwareVersions TransducerData
AcquisitionDeviceProcessingDescription ManufacturerModelName Manufacturer FilterMaterial KVP ImageType
BodyPartExamined ContrastBolusAgent VisitComments AdmissionID IssuerOfPatientID RetrieveAETitle
"""


def plant(ds: Dataset) -> None:
    for place in TEXT_PLACES.split():
        _plant_text(ds, place)
    _plant_nested(ds)
    block = ds.private_block(0x0029, "ZWETSCHKENBAUM CANARY", create=True)
    block.add_new(0x01, "LO", "CANARY private")
    block.add_new(0x02, "UN", b"CANARY unknown ")
    ds.add_new(0x60000022, "LO", "CANARY overlay")
    ds.add_new(0x60003000, "OW", b"CANARY overlay..")
    ds.add_new(0x50003000, "OW", b"CANARY curve....")
    ds.add_new(0xFFFCFFFC, "OB", b"CANARY trailing.")
    ds.add_new(0x00189999, "LO", "CANARY not in the dictionary")


def _plant_text(ds: Dataset, place: str) -> None:
    ds.add_new(place, "LO", "CANARY Zwetschkenbaum")  # whatever VR it should have


def _plant_nested(ds: Dataset) -> None:
    deep = Dataset()
    deep.PatientName, deep.TextValue = "CANARY^Nested", "CANARY"
    deep.CodeValue, deep.CodingSchemeDesignator, deep.CodeMeaning = "CANARY", "SCT", "CANARY Zwetschkenbaum"
    inner = Dataset()
    inner.PurposeOfReferenceCodeSequence = Sequence([deep])
    inner.ReferencedSOPInstanceUID, inner.ReferencedSOPClassUID = f"{_ROOT}.77.1", ds.SOPClassUID
    inner.PersonName = "CANARY^Inner"
    known = Dataset()
    known.CodeValue, known.CodingSchemeDesignator, known.CodeMeaning = "51185008", "SCT", "CANARY in a meaning"
    ds.SourceImageSequence = Sequence([inner])
    ds.AnatomicRegionSequence = Sequence([known])
    ds.RequestAttributesSequence = Sequence([inner])
    ds.ReferencedPatientSequence = Sequence([inner])

"""About 45 files of all common kinds and transfer syntaxes, full of planted identifiers that follow from a seed."""

import io
from dataclasses import dataclass, field, replace
from random import Random
from unittest import mock

import numpy as np
from pydicom import config, dcmwrite
from pydicom.datadict import DicomDictionary
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence

from tests.deidentification import images, objects, planting
from tests.deidentification.codestreams import SYNTAXES, encode
from tests.deidentification.datasets import code, fill, item, uid
from tests.deidentification.expectations import ROWS
from tests.deidentification.people import ANNA, FEDOR, JOERG, LUKASZ, NAMESAKE, TARO, XIAODONG, Person
from tests.deidentification.planting import CONTAINERS, Canaries

# Real files of pydicom's own, for the transfer syntaxes that no encoder here can write.
REAL = (
    ("JPGExtended.dcm", ANNA),
    ("JPEG-lossy.dcm", JOERG),
    ("JPEG2000.dcm", LUKASZ),
    ("JPEGLSNearLossless_16.dcm", NAMESAKE),
    ("SC_rgb_jpeg_gdcm.dcm", FEDOR),
    ("SC_rgb_rle_16bit_2frame.dcm", ANNA),
    ("examples_palette.dcm", TARO),
    ("SC_ybr_full_422_uncompressed.dcm", JOERG),
    ("test-SR.dcm", LUKASZ),
    ("waveform_ecg.dcm", XIAODONG),
    ("rtplan.dcm", JOERG),
    ("liver_1frame.dcm", NAMESAKE),
)
# Kind, person, transfer syntax. The place in the list is the InstanceNumber, which ties an output to its input.
RECIPES = (
    (images.ct, ANNA, "explicit"),
    (images.mr, ANNA, "implicit"),
    (images.enhanced_ct, ANNA, "explicit"),
    (images.enhanced_mr, NAMESAKE, "deflated"),
    (images.cr, NAMESAKE, "implicit"),
    (images.dx, JOERG, "explicit"),
    (images.mg, LUKASZ, "j2k"),
    (images.us, TARO, "jpeg"),
    (images.us_multiframe, XIAODONG, "jpeg"),
    (images.xa, FEDOR, "rle"),
    (images.nm, JOERG, "big"),
    (images.pt, ANNA, "explicit"),
    (images.sc, LUKASZ, "explicit"),
    (images.photo, NAMESAKE, "jpeg"),
    (images.slide, JOERG, "explicit"),
    (images.segmentation, ANNA, "explicit"),
    (images.parametric_map, ANNA, "explicit"),
    (objects.rtstruct, ANNA, "implicit"),
    (objects.rtplan, ANNA, "explicit"),
    (objects.rtdose, ANNA, "implicit"),
    (objects.basic_text, JOERG, "explicit"),
    (objects.comprehensive, ANNA, "explicit"),
    (objects.key_objects, ANNA, "implicit"),
    (objects.presentation_state, ANNA, "explicit"),
    (objects.pdf, NAMESAKE, "explicit"),
    (objects.cda, LUKASZ, "explicit"),
    (objects.ecg, LUKASZ, "explicit"),
    (objects.registration, ANNA, "explicit"),
    (objects.raw_data, FEDOR, "explicit"),
    (images.ct, TARO, "big"),
    (images.ct, XIAODONG, "deflated"),
    (images.ct, FEDOR, "j2k"),
    (images.mr, LUKASZ, "jpegls"),
    (images.mr, NAMESAKE, "big"),
    (images.cr, TARO, "rle"),
    (images.sc, XIAODONG, "rle"),
    (images.us, FEDOR, "implicit"),
    (images.pt, XIAODONG, "deflated"),
    (objects.comprehensive, TARO, "implicit"),
    (objects.basic_text, FEDOR, "deflated"),
    (objects.basic_text, XIAODONG, "explicit"),
    (objects.presentation_state, LUKASZ, "implicit"),
    (objects.rtstruct, JOERG, "deflated"),
    (objects.every_concept, NAMESAKE, "explicit"),
    *((images.real(name), person, "kept") for name, person in REAL),
    # Odd spellings of the same patient, and odd dates.
    (images.ct, replace(ANNA, patient_id="QX7734190  "), "explicit"),
    (images.ct, replace(ANNA, patient_id="QX7734190\0", name="VANDERSTEEN^MARIJKE A"), "implicit"),
    (images.ct, NAMESAKE, "explicit"),
)
ODD_DATES = len(RECIPES)  # the last one
BURNED_IN = 9
EVERY_CONCEPT = 44
WITH_COMMENTS = {"jpeg", "jpegls", "j2k", "rle"}
DATES = (
    "20190314",
    "20160229",
    "19991231",
    "2019-03-14",
    "20191345",
    "201903",
    "2019",
    "20190101-20190203",
    "0",
    "20190230",
)
DATE_TIMES = ("20190314101112.123456+0100", "20160229235959", "201903", "2019", "2019031410", "20191301", "14/03/2019")


@dataclass
class Case:
    """One input: its bytes and what must not be seen again, with where it was put."""

    number: int
    kind: str
    syntax: str
    person: Person
    path: str
    content: bytes
    canaries: dict[str, str] = field(default_factory=dict)
    hidden_tags: frozenset[int] = frozenset()

    def __str__(self):
        return f"{self.number:02d} {self.kind}, {self.person.key}, {self.syntax}"


def build(seed=1):
    """Make all cases."""
    rows = planting.plantable_rows()
    Random(seed).shuffle(rows)
    as_given = mock.patch.object(config, "replace_un_with_known_vr", False)
    with config.disable_value_validation(), as_given:
        return [_case(number, *recipe, rows, seed) for number, recipe in enumerate(RECIPES, start=1)]


def _case(number, make, person, syntax, rows, seed):
    canaries = Canaries(Random(f"{seed} {number}"))
    ds = make(person, number)
    _plant_rows(ds, number, rows, canaries)
    _plant_elsewhere(ds, number, person, syntax, canaries)
    comment = canaries.word("codestream comment") if syntax in WITH_COMMENTS else ""
    content = _written(ds, number, syntax, canaries, comment)
    known = {value: "identifier of the header" for value in person.identifiers()}
    mark = person.name.split("^")[0].split("=")[0]
    path = f"{mark} {person.patient_id.strip(chr(0)).strip()}/{person.accession}/{mark}_{number:03d}.dcm"
    kind = make.__name__
    hidden = frozenset({0x00081115} if _hides(number, syntax, ds) else ())
    return Case(number, kind, syntax, person, path, content, known | canaries.planted, hidden)


def _hides(number, syntax, ds):
    """Say whether known tags hide as UN in this file; a true sequence of series keeps its place."""
    has_room = "ReferencedSeriesSequence" not in ds or ds["ReferencedSeriesSequence"].VR == "UN"
    return number % 4 == 1 and syntax not in {"implicit", "big", "kept"} and has_room


def _plant_rows(ds, number, rows, canaries):
    """Put every 14th row at the top and every 14th, another one, into nested items, so that each row comes thrice."""
    for row in rows[number % 14 :: 14]:
        planting.plant_row(ds, row, canaries, f"{row.tag} {row.keyword}, top")
    names = CONTAINERS[number % len(CONTAINERS)]
    inner = planting.nest(ds, names, canaries, undefined=number % 2 == 0)
    for row in rows[(number + 5) % 14 :: 14]:
        planting.plant_row(inner, row, canaries, f"{row.tag} {row.keyword}, in {names[0]}")
    if "EncapsulatedDocument" not in ds and number == 3:
        planting.plant_row(inner, ROWS[0x00420011], canaries, "EncapsulatedDocument, nested")


def _plant_elsewhere(ds, number, person, syntax, canaries):
    hides, is_native = _hides(number, syntax, ds), syntax not in {*WITH_COMMENTS, "big", "kept"}
    planting.plant_private(ds, canaries, "top")
    planting.plant_private(
        planting.nest(ds, ("DerivationCodeSequence",), canaries, number % 3 == 0), canaries, "nested"
    )
    planting.plant_mentions(ds, person, canaries)
    if number % 2:
        planting.plant_unknown(ds, canaries, "top", hides)
    if number % 4 == 1 and syntax != "kept" and "Rows" in ds and ds.get("BitsStored") == 12:
        planting.plant_overlay(ds, person, canaries, "top")
        ds.PixelData = (np.frombuffer(ds.PixelData, np.uint16) | 0x8000).tobytes()
    elif number % 2 == 0 and ds.get("BitsAllocated", 1) > 1 and "PixelData" in ds and is_native:
        ds.PixelData = ds.PixelData + canaries.word("after the last native pixel").ljust(12).encode()
    if number == ODD_DATES:
        _plant_dates(ds)
    if number == EVERY_CONCEPT:
        planting.plant_concepts(ds, canaries)
    if number == 2:
        ds.DeidentificationMethod = f"by {person.operator.split('^')[0]} in {person.institution}"
    if number == BURNED_IN:
        ds.BurnedInAnnotation = "YES"
    _plant_unlisted_dates(ds, person, canaries)
    ds.CodingSchemeIdentificationSequence = Sequence(
        [item(CodingSchemeDesignator="DCM", CodingSchemeUID="1.2.840.10008.2.16.4")]
    )
    ds.add(DataElement(0xFFFCFFFC, "OB", canaries.word("trailing padding").ljust(16).encode()))


UNLISTED_DATES = sorted(
    tag for tag, entry in DicomDictionary.items() if entry[0] in {"DA", "DT"} and tag not in ROWS and tag >> 16 > 8
)


def _plant_unlisted_dates(ds, person, canaries):
    inner = planting.nest(ds, ("ProcedureCodeSequence",), canaries, undefined=False)
    for tag in UNLISTED_DATES[:4]:
        vr = DicomDictionary[tag][0]
        for target in (ds, inner):
            target.add(DataElement(tag, vr, canaries.date() + ("1213" if vr == "DT" else "")))


def _plant_dates(ds):
    """Put malformed and partial dates into attributes of their own, one to an item."""
    items = [item(ContentDate=date) for date in DATES]
    items += [item(AcquisitionDateTime=moment) for moment in DATE_TIMES]
    ds.RequestedProcedureCodeSequence = Sequence([code("1", "99LOCAL", "CT")])
    ds.ReferencedRequestSequence = Sequence(items)
    fill(ds, DateOfLastCalibration=["20180102", "20190203"], TimeOfLastCalibration=["101112", "121314"])


def _written(ds, number, syntax, canaries, comment):
    """Write the file with identifiers in its preamble and file meta."""
    kept = ds.file_meta.TransferSyntaxUID if syntax == "kept" else None
    ds.file_meta = FileMetaDataset()
    fill(
        ds.file_meta,
        TransferSyntaxUID=kept,
        MediaStorageSOPClassUID=ds.SOPClassUID,
        MediaStorageSOPInstanceUID=ds.SOPInstanceUID,
        ImplementationClassUID=uid(4, 4),
        ImplementationVersionName=canaries.word("ImplementationVersionName"),
        SourceApplicationEntityTitle=canaries.word("SourceApplicationEntityTitle").upper(),
        SendingApplicationEntityTitle=canaries.word("SendingApplicationEntityTitle").upper(),
        ReceivingApplicationEntityTitle=canaries.word("ReceivingApplicationEntityTitle").upper(),
        SourcePresentationAddress=f"http://{canaries.word('SourcePresentationAddress')}.example",
        PrivateInformationCreatorUID=canaries.uid("PrivateInformationCreatorUID"),
        PrivateInformation=canaries.word("PrivateInformation").ljust(10).encode(),
    )
    if syntax != "kept":
        encode(ds, syntax, comment)
    ds.preamble = canaries.word("preamble").ljust(128, "\0").encode()
    buffer = io.BytesIO()
    dcmwrite(buffer, ds, enforce_file_format=True)
    return buffer.getvalue()


def write_inputs(cases, folder):
    """Write the cases and some files that are no images below the folder; give the number of files."""
    for case in cases:
        path = folder / case.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(case.content)
    others = {
        f"Brief {ANNA.mentions[1]}.txt": f"Dear {ANNA.mentions[1]}".encode(),
        "DICOMDIR": _directory(),
        "cut/VANDERSTEEN_cut.dcm": cases[0].content[:900],
        "empty/VANDERSTEEN_empty.dcm": b"",
    }
    for name, content in others.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return len(cases) + len(others)


def _directory():
    ds = Dataset()
    ds.FileSetID = "VANDERSTEEN"
    record = item(DirectoryRecordType="PATIENT", PatientName=ANNA.name, PatientID=ANNA.patient_id)
    ds.DirectoryRecordSequence = Sequence([record])
    ds.file_meta = FileMetaDataset()
    fill(ds.file_meta, MediaStorageSOPClassUID="1.2.840.10008.1.3.10", MediaStorageSOPInstanceUID=uid(8, 8))
    ds.file_meta.TransferSyntaxUID = SYNTAXES["explicit"]
    buffer = io.BytesIO()
    dcmwrite(buffer, ds, enforce_file_format=True)
    return buffer.getvalue()

"""Plants identifiers: in rows of the table, in private blocks, in odd places and in text that no table names."""

from dataclasses import dataclass, field
from random import Random

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_sequence
from pydicom.sequence import Sequence

from tests.deidentification.datasets import ROOT, code, entry, item, reference
from tests.deidentification.expectations import CONCEPTS, ROWS, Want, want_of_row
from tests.deidentification.text import spoken_numbers

# Sequences that no row names, so that what lies in them must be reached: (outer, inner).
CONTAINERS = (
    ("ReferencedSeriesSequence", "ReferencedSOPSequence"),
    ("PerformedProtocolCodeSequence", "ProtocolContextSequence"),
    ("AnatomicRegionSequence", "AnatomicRegionModifierSequence"),
    ("InterventionSequence", "InterventionDrugInformationSequence"),
    ("RealWorldValueMappingSequence", "MeasurementUnitsCodeSequence"),
    ("ContrastBolusAgentSequence", "ContrastBolusAdministrationRouteSequence"),
    ("SharedFunctionalGroupsSequence", "FrameAnatomySequence"),
    ("VOILUTSequence", "ReferencedSOPSequence"),
)
# Groups that no dataset may hold, and what makes a file another kind of object.
NOT_PLANTED = {0x00420011, 0x0040A730, 0xFFFCFFFC}
LETTERS = "bcdfghjkmnpqrtvwxz"
# What an option keeps or may keep holds no canary.
PLAIN = {
    "EthnicGroup": "Group 3",
    "EthnicGroups": "Group 3",
    "PatientSex": "O",
    "PatientSexNeutered": "UNALTERED",
    "PatientSize": "1.75",
    "PatientWeight": "80.5",
    "SexParametersForClinicalUseCategoryReference": "http://loinc.org",
    "SmokingStatus": "NO",
    "TimezoneOffsetFromUTC": "+0100",
}


@dataclass
class Canaries:
    """Makes strings that exist nowhere else, and remembers where each was put."""

    random: Random
    planted: dict[str, str] = field(default_factory=dict)

    def word(self, where, length=9):
        text = "Zq" + "".join(self.random.choice(LETTERS) for _ in range(length - 2))
        self.planted[text] = where
        return text

    def digits(self, where, length):
        text = "7" + "".join(self.random.choice("0123456789") for _ in range(length - 2)) + "3"
        self.planted[text] = where
        return text

    def spoken_date(self, where):
        text = f"{self.random.randint(10, 28)}.{self.random.randint(10, 12)}.{self.random.randint(1931, 1969)}"
        self.planted[text] = where
        return text

    def decimal(self, where):
        text = f"{self.random.randint(10000, 99999)}.{self.random.randint(1000001, 9999999)}"
        self.planted[text] = where
        return text

    def uid(self, where):
        return f"{ROOT}.{self.digits(where, 18)}"

    def date(self):
        return f"{self.random.randint(1985, 2022)}{self.random.randint(1, 12):02d}{self.random.randint(1, 28):02d}"

    def time(self):
        return f"{self.random.randint(10, 23)}{self.random.randint(10, 59)}{self.random.randint(10, 59)}"


def value_for(vr, canaries, where):
    """Make a value of this VR that is planted as a canary where that makes sense."""
    word = canaries.word
    makers = {
        "PN": lambda: f"{word(where)}^{word(where)}",
        "AE": lambda: word(where).upper(),
        "CS": lambda: word(where).upper(),
        "DA": canaries.date,
        "DT": lambda: f"{canaries.date()}{canaries.time()}.{canaries.random.randint(100, 999)}",
        "TM": canaries.time,
        "UI": lambda: canaries.uid(where),
        "DS": lambda: canaries.decimal(where),
        "IS": lambda: canaries.digits(where, 9),
        "AS": lambda: "047Y",
        "US": lambda: 1,
        "UR": lambda: f"http://{word(where).lower()}.example/{word(where)}",
        "OB": lambda: f"{word(where)} {word(where)}".ljust(20).encode(),
        "UN": lambda: f"{word(where)} {word(where)}".ljust(20).encode(),
    }
    return makers.get(vr, lambda: word(where))()


def plant_row(ds, row, canaries, where):
    """Put the row's attribute into the dataset, unless it is there."""
    if row.number in ds:
        return
    if row.vr == "SQ":
        value = Sequence([items_for(row, canaries, where)])
    elif row.keyword in PLAIN:
        value = PLAIN[row.keyword]
    elif row.keyword in {"FailedSOPInstanceUIDList", "DateOfLastCalibration"}:
        value = [value_for(row.vr, canaries, where), value_for(row.vr, canaries, where)]
    else:
        value = value_for(row.vr, canaries, where)
    ds.add(DataElement(row.number, row.vr, value))


def items_for(row, canaries, where):
    """Make an item that holds attributes of the table, and a local code where the whole sequence must go."""
    if row.keyword == "GraphicAnnotationSequence":
        text = item(UnformattedTextValue=canaries.word(where), AnchorPoint=[1.0, 1.0], AnchorPointVisibility="N")
        return item(GraphicLayer="L", TextObjectSequence=text)
    if want_of_row(row) is Want.ITEMS:
        return reference("1.2.840.10008.5.1.4.1.1.2", canaries.uid(where))
    inside = item(InstitutionName=canaries.word(where), ImageComments=canaries.word(where), StudyDate=canaries.date())
    if want_of_row(row) in {Want.ABSENT, Want.DUMMY}:
        inside.update(code(canaries.word(where), "99LOCAL", canaries.word(where)))
    return inside


def plantable_rows():
    return [row for row in ROWS.values() if row.number not in NOT_PLANTED and row.number >> 16 not in {0x0000, 0x0002}]


def nest(ds, names, canaries, undefined):
    """Open a sequence in a sequence and give the innermost item."""
    target = ds
    for name in names:
        if name not in target:
            setattr(target, name, Sequence([Dataset()]))
        target[name].is_undefined_length = undefined
        target = target[name].value[0]
        target.is_undefined_length_sequence_item = undefined
    return target


def plant_private(ds, canaries, where):
    """Plant private blocks: right, without a creator, nested, as a sequence and as UN."""
    block = ds.private_block(0x0009, "ACME 1.1", create=True)
    block.add_new(0x01, "LO", canaries.word(f"{where} private LO"))
    block.add_new(0x02, "SQ", [item(PatientName=canaries.word(f"{where} private SQ"))])
    block.add_new(0x03, "UN", f"{canaries.word(f'{where} private UN')} ".encode())
    block.add_new(0x04, "PN", canaries.word(f"{where} private PN"))
    ds.private_block(0x7053, "Philips PET Private Group", create=True).add_new(0x00, "DS", "1.5")
    ds.add_new(0x00131001, "LO", canaries.word(f"{where} private without creator"))
    other = ds.private_block(0x0011, canaries.word(f"{where} creator"), create=True)
    other.add_new(0x01, "UT", canaries.word(f"{where} private UT"))


def plant_unknown(ds, canaries, where, explicit):
    """Plant tags that no dictionary knows and known tags that hide as UN."""
    ds.add(DataElement(0x001099F0, "LO", canaries.word(f"{where} unknown (0010,99F0)")))
    if not explicit:
        return
    if 0x00104000 not in ds:
        ds[0x00104000] = DataElement(0x00104000, "UN", f"{canaries.word(f'{where} PatientComments as UN')} ".encode())
    ds[0x00400275] = DataElement(0x00400275, "UN", _as_implicit(_hidden(canaries, f"{where} UN sequence")))
    hidden = DataElement(0x00081115, "UN", _as_implicit(_hidden(canaries, f"{where} UN sequence, undefined length")))
    hidden.is_undefined_length = True
    ds[0x00081115] = hidden


def _hidden(canaries, where):
    return item(
        PatientID=canaries.word(where), RequestedProcedureID=canaries.word(where), InstitutionName=canaries.word(where)
    )


def _as_implicit(ds):
    buffer = DicomBytesIO()
    buffer.is_little_endian = buffer.is_implicit_VR = True
    write_sequence(buffer, DataElement(0x00081115, "SQ", Sequence([ds])), ["iso8859"])
    return buffer.getvalue()


def plant_overlay(ds, person, canaries, where):
    """Plant overlay planes with text, comments and data, an overlay in the high bits, and a curve."""
    values = (
        (0x60000010, "US", ds.Rows),
        (0x60000011, "US", ds.Columns),
        (0x60000022, "LO", person.mentions[0]),
        (0x60000040, "CS", "G"),
        (0x60000050, "SS", [1, 1]),
        (0x60000100, "US", 1),
        (0x60000102, "US", 0),
        (0x60001500, "LO", f"{person.mentions[1]} 1"),
        (0x60003000, "OW", canaries.word(f"{where} OverlayData").ljust(160).encode()),
        (0x60004000, "LT", canaries.word(f"{where} OverlayComments")),
        (0x60020010, "US", ds.Rows),
        (0x60020011, "US", ds.Columns),
        (0x60020100, "US", 16),
        (0x60020102, "US", 15),
        (0x50000005, "US", 1),
        (0x50000022, "LO", canaries.word(f"{where} CurveDescription")),
        (0x50003000, "OB", canaries.word(f"{where} CurveData").ljust(12).encode()),
    )
    for tag, vr, value in values:
        ds.add_new(tag, vr, value)


# Text that the table does not name, with the VR's room.
PROSE = (
    "AcquisitionDeviceProcessingCode", "CompressionDescription", "ContentDescription", "DetectorDescription",
    "DoseComment", "ExposureControlModeDescription", "GraphicLayerDescription",
    "LUTExplanation", "ModalityLUTType", "SegmentDescription", "SegmentLabel", "TextValue",
    "TrackingID", "UniversalEntityID", "LocalNamespaceEntityID", "InterventionDrugName", "Radiopharmaceutical",
    "WindowCenterWidthExplanation", "ReconstructionDescription", "EnergyWindowName",
)  # fmt: skip


def plant_mentions(ds, person, canaries):
    """Put known identifiers of the header into text that no row names, at the top and in a sequence."""
    last, first = person.name.split("=")[0].split("^")[:2]
    said = [
        *person.mentions,
        *spoken_numbers(person.patient_id),
        person.accession,
        f"{person.physician.split('^')[0]} {person.institution}",
        person.station,
        person.ae_title,
        f"CT_{last.upper()}_01",
        f"{last}{first} CT",
        f"IM_{person.patient_id.strip(' ' + chr(0))}_0001",
        f"DOB {person.birth_date}",
        f"CT\0{last}",
    ]
    inner = nest(ds, ("ProcedureCodeSequence", "ReferencedRequestSequence"), canaries, undefined=True)
    inner.update(code("L7", "99LOCAL", f"Protocol of {person.mentions[0]}"))
    inner.ImageComments = f"CT of {person.mentions[0]} born {canaries.spoken_date('date in prose')}"
    inner.StudyDescription, inner.SeriesDescription = "CT CHEST W CONTRAST", f"CT for {person.mentions[-1]}"
    for position, keyword in enumerate(PROSE):
        tag = tag_for_keyword(keyword)
        if tag is None or dictionary_VR(tag) not in {"LO", "SH", "ST", "LT", "UT"}:
            continue
        room = 16 if dictionary_VR(tag) == "SH" else 60
        mention = said[position % len(said)]
        for target in (ds, inner):
            if keyword not in target and not (keyword == "TextValue" and "ValueType" in target):
                setattr(target, keyword, mention[:room])
    plant_addresses(ds, inner, person, canaries)
    if "BodyPartExamined" in ds and person.name.isascii():
        ds.BodyPartExamined = person.name.split("^")[0].upper().replace("'", "")[:16]


def plant_addresses(ds, inner, person, canaries):
    """Put the instance's UID into an address or a description, and another character set into an item."""
    number = ds.InstanceNumber
    if number % 8 == 4:
        inner.RetrieveURL = f"http://{person.station.lower()}.example/instances/{ds.SOPInstanceUID}"
        canaries.planted[f"instances/{ds.SOPInstanceUID}"] = "RetrieveURL"
    if number % 8 == 6:
        inner.ContentDescription = f"Copy of {ds.SOPInstanceUID}"
        canaries.planted[f"Copy of {ds.SOPInstanceUID}"] = "UID in a description"
    if number % 5 == 1:
        inner.SpecificCharacterSet = "ISO_IR 192"


def plant_concepts(ds, canaries):
    """Fill a report with one content item for each row of table E.3.4-1."""
    ds.ContentSequence = Sequence([_concept_item(concept, canaries) for concept in CONCEPTS])


def _concept_item(concept, canaries):
    where = f"{concept.kind} {concept.value} {concept.meaning}"
    image = "1.2.840.10008.5.1.4.1.1.2"
    makers = {
        "TEXT": lambda: {"TextValue": f"CT {canaries.word(where)}"},
        "PNAME": lambda: {"PersonName": f"{canaries.word(where)}^{canaries.word(where)}"},
        "DATE": lambda: {"Date": canaries.date()},
        "TIME": lambda: {"Time": canaries.time()},
        "DATETIME": lambda: {"DateTime": canaries.date() + canaries.time()},
        "UIDREF": lambda: {"UID": canaries.uid(where)},
        "NUM": lambda: {
            "MeasuredValueSequence": item(NumericValue="67", MeasurementUnitsCodeSequence=code("a", "UCUM", "year"))
        },
        "CODE": lambda: {"ConceptCodeSequence": code("F", "DCM", "Female")},
        "CONTAINER": lambda: {"ContinuityOfContent": "SEPARATE"},
    }
    if concept.kind in makers:
        values = makers[concept.kind]()
    else:
        values = {"ReferencedSOPSequence": reference(image, canaries.uid(where))}
    return entry(concept.kind, "CONTAINS", (concept.value, concept.scheme, concept.meaning), **values)

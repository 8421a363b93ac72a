"""Short ways to write datasets, items and codes, and the modules that every object of the corpus has."""

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.deidentification.people import Person

ROOT = "1.2.826.0.1.3680043.10.1217"


def item(**values):
    """Make a dataset of keywords and values; lists of datasets are sequences."""
    ds = Dataset()
    fill(ds, **values)
    return ds


def fill(ds, **values):
    for keyword, given in values.items():
        items = [given] if isinstance(given, Dataset) else given
        is_sequence = isinstance(items, list) and bool(items) and isinstance(items[0], Dataset)
        setattr(ds, keyword, Sequence(items) if is_sequence else given)
    return ds


def code(value, scheme, meaning):
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def uid(*parts):
    """Make a UID of the corpus from short numbers or a person's key."""
    numbers = [part if isinstance(part, int) else int.from_bytes(str(part).encode()[:6], "big") for part in parts]
    return ".".join([ROOT, *(str(number) for number in numbers)])


def reference(sop_class_uid, instance_uid, **more):
    return item(ReferencedSOPClassUID=sop_class_uid, ReferencedSOPInstanceUID=instance_uid, **more)


def entry(kind, relationship, name, **values):
    """Make a content item; `name` is (value, scheme, meaning)."""
    return item(RelationshipType=relationship, ValueType=kind, ConceptNameCodeSequence=code(*name), **values)


def common(sop_class_uid, modality, person: Person, number):
    """Make the patient, study, series, equipment and SOP modules, with this person's identifiers in them."""
    ds = Dataset()
    if person.charset:
        ds.SpecificCharacterSet = person.charset
    day = person.study_date
    return fill(
        ds,
        SOPClassUID=sop_class_uid,
        SOPInstanceUID=uid(person.key, 9, number),
        StudyInstanceUID=uid(person.key, 1),
        SeriesInstanceUID=uid(person.key, 2, number),
        InstanceCreationDate=day,
        InstanceCreationTime="101500.25",
        StudyDate=day,
        StudyTime="101112",
        SeriesDate=day,
        SeriesTime="101213.5",
        AccessionNumber=person.accession,
        Modality=modality,
        Manufacturer="Acme Imaging",
        ManufacturerModelName=person.device,
        SoftwareVersions="VB40A",
        InstitutionName=person.institution,
        ReferringPhysicianName=person.physician,
        OperatorsName=person.operator,
        StationName=person.station,
        StationAETitle=person.ae_title,
        StudyDescription="CT CHEST W CONTRAST",
        SeriesDescription=f"CT for {person.mentions[0].replace(',', '')}",
        PatientName=person.name,
        PatientID=person.patient_id,
        IssuerOfPatientID=person.issuer,
        PatientBirthDate=person.birth_date,
        PatientSex=person.sex,
        PatientAge=person.age,
        PatientSize="1.68",
        PatientWeight="71.5",
        StudyID=f"S{person.accession}",
        SeriesNumber=700 + number,
        InstanceNumber=number,
        BodyPartExamined="CHEST",
        DeviceSerialNumber=f"SN{person.station}",
    )


def with_pixels(ds, *, rows=32, columns=40, bits=16, stored=None, samples=1, frames=1, signed=False):
    """Add an image whose pixels differ everywhere; the top bits above BitsStored stay empty."""
    stored = stored or bits
    shape = (frames, rows, columns, samples)
    kind = np.uint8 if bits == 8 else np.uint16
    limit = 1 << (stored - (1 if signed else 0))
    array = (np.arange(np.prod(shape)).reshape(shape) * 37 % limit).astype(kind)
    fill(
        ds,
        SamplesPerPixel=samples,
        PhotometricInterpretation="RGB" if samples == 3 else "MONOCHROME2",
        Rows=rows,
        Columns=columns,
        BitsAllocated=bits,
        BitsStored=stored,
        HighBit=stored - 1,
        PixelRepresentation=int(signed),
    )
    if samples == 3:
        ds.PlanarConfiguration = 0
    if frames > 1:
        ds.NumberOfFrames = frames
    ds.PixelData = array.tobytes()
    ds["PixelData"].VR = "OW" if bits > 8 else "OB"
    return ds

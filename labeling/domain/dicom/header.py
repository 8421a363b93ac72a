"""What the catalogue stores about an instance: de-identified values only."""

from dataclasses import asdict, dataclass
from typing import Any

from pydicom.dataset import Dataset

from labeling.domain.dicom.display import Display, laterality, number, text


@dataclass(frozen=True)
class InstanceHeader:
    patient_pseudonym: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    modality: str
    study_date: str
    patient_sex: str
    patient_age: str
    body_part: str
    laterality: str
    view_position: str
    manufacturer: str
    series_number: int | None
    instance_number: int | None
    series_description: str
    study_description: str
    rows: int
    columns: int
    number_of_frames: int
    samples_per_pixel: int
    bits: int
    is_signed: bool
    photometric_interpretation: str
    display: Display
    deidentification: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "InstanceHeader":
        """Raises TypeError when the keys are not those of a header."""
        return cls(**values)


@dataclass(frozen=True)
class FrameForm:
    """The frames as the viewer gets them."""

    rows: int
    columns: int
    number_of_frames: int
    samples_per_pixel: int
    bits: int
    is_signed: bool
    photometric_interpretation: str


def header_of(ds: Dataset, form: FrameForm, display: Display, transfer_syntax_uid: str, profile: str) -> InstanceHeader:
    return InstanceHeader(
        patient_pseudonym=str(ds.get("PatientID", "")),
        study_instance_uid=text(ds, "StudyInstanceUID"),
        series_instance_uid=text(ds, "SeriesInstanceUID"),
        sop_instance_uid=text(ds, "SOPInstanceUID"),
        sop_class_uid=text(ds, "SOPClassUID"),
        transfer_syntax_uid=transfer_syntax_uid,
        modality=text(ds, "Modality"),
        study_date=text(ds, "StudyDate"),
        patient_sex=text(ds, "PatientSex"),
        patient_age=text(ds, "PatientAge"),
        body_part=text(ds, "BodyPartExamined"),
        laterality=laterality(ds),
        view_position=text(ds, "ViewPosition"),
        manufacturer=text(ds, "Manufacturer"),
        series_number=_integer(ds, "SeriesNumber"),
        instance_number=_integer(ds, "InstanceNumber"),
        series_description=text(ds, "SeriesDescription")[:64],
        study_description=text(ds, "StudyDescription")[:64],
        display=display,
        deidentification=profile,
        **asdict(form),
    )


def _integer(ds: Dataset, keyword: str) -> int | None:
    value = number(ds, keyword)
    return int(value) if value is not None and abs(value) < 2**31 else None

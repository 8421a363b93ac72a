"""The keep-list: what happens to each attribute. An attribute that is not here does not come through."""

from enum import Enum, auto

from pydicom._dicom_dict import DicomDictionary

from labeling.domain.dicom.elements import VR_OF_TAG, tag_of

NAME, VERSION = "overread-keep-list", 1


class Action(Enum):
    KEEP = auto()  # cleaned by its VR: UIDs replaced, dates moved, code strings only if known, sequences item by item
    EMPTY = auto()  # there, without a value, also when the file lacks it (type 2 attributes)
    PATIENT = auto()  # the pseudonym of the patient
    ACCESSION = auto()  # the pseudonym of the accession number
    MANUFACTURER = auto()  # one spelling of a well-known maker, else empty


# Groups that describe how the image was made and lies in space. Their attributes of these VRs are all kept: once
# cleaned none can hold a name (numbers parse, code strings are known ones, UIDs are replaced, dates moved).
_TECHNICAL_GROUPS = frozenset({0x0018, 0x0020, 0x0022, 0x0028, 0x0052, 0x0054})
_TECHNICAL_VRS = "AT CS DA DS DT FD FL IS SL SQ SS SV TM UI UL US UV"

_ALWAYS_EMPTY = "ReferringPhysicianName PatientBirthDate StudyID"

_KEPT = """
ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID StudyDate SeriesDate
AcquisitionDate ContentDate AcquisitionDateTime StudyTime SeriesTime AcquisitionTime ContentTime Modality
ConversionType PresentationIntentType PatientSex PatientAge PatientSize PatientWeight IrradiationEventUID
ReferencedSOPClassUID ReferencedSOPInstanceUID VolumetricProperties VolumeBasedCalculationTechnique
ComplexImageComponent AcquisitionContrast PixelPresentation FrameType StageNumber NumberOfStages ViewNumber
NumberOfViewsInStage NumberOfEventTimers StartTrim StopTrim RecommendedDisplayFrameRate LUTData
RedPaletteColorLookupTableData GreenPaletteColorLookupTableData BluePaletteColorLookupTableData
SegmentedRedPaletteColorLookupTableData SegmentedGreenPaletteColorLookupTableData
SegmentedBluePaletteColorLookupTableData PresentationLUTShape RescaleType RealWorldValueIntercept
RealWorldValueSlope RealWorldValueFirstValueMapped RealWorldValueLastValueMapped RealWorldValueLUTData
DoubleFloatRealWorldValueFirstValueMapped DoubleFloatRealWorldValueLastValueMapped TotalPixelMatrixColumns
TotalPixelMatrixRows ColumnPositionInTotalImagePixelMatrix RowPositionInTotalImagePixelMatrix
XOffsetInSlideCoordinateSystem YOffsetInSlideCoordinateSystem ZOffsetInSlideCoordinateSystem
ImagedVolumeWidth ImagedVolumeHeight ImagedVolumeDepth ImageOrientationSlide
"""

_SEQUENCES = """
AnatomicRegionSequence AnatomicRegionModifierSequence PrimaryAnatomicStructureSequence
PrimaryAnatomicStructureModifierSequence DerivationCodeSequence SourceImageSequence ReferencedImageSequence
DerivationImageSequence PurposeOfReferenceCodeSequence SharedFunctionalGroupsSequence
PerFrameFunctionalGroupsSequence PlanePositionSlideSequence TotalPixelMatrixOriginSequence
ReferencedImageEvidenceSequence RealWorldValueMappingSequence MeasurementUnitsCodeSequence
QuantityDefinitionSequence WholeSlideMicroscopyImageFrameTypeSequence
"""


def _technical() -> dict[int, Action]:
    return {
        tag: Action.KEEP
        for tag in DicomDictionary
        if tag >> 16 in _TECHNICAL_GROUPS and VR_OF_TAG[tag] in _TECHNICAL_VRS.split()
    }


RULES: dict[int, Action] = {
    **_technical(),
    **{tag_of(keyword): Action.KEEP for keyword in (_KEPT + _SEQUENCES).split()},
    **{tag_of(keyword): Action.EMPTY for keyword in _ALWAYS_EMPTY.split()},
    tag_of("PatientName"): Action.PATIENT,
    tag_of("PatientID"): Action.PATIENT,
    tag_of("AccessionNumber"): Action.ACCESSION,
    tag_of("Manufacturer"): Action.MANUFACTURER,
}
"""Tag to action. The pixel data itself is not here: the pixels have their own way."""

_TYPE_2 = """
StudyDate StudyTime AccessionNumber ReferringPhysicianName PatientName PatientID PatientBirthDate PatientSex StudyID
SeriesNumber InstanceNumber Manufacturer
"""

REQUIRED = tuple(tag_of(keyword) for keyword in _TYPE_2.split())
"""Type 2 attributes of the image modules: there without a value when the file has none or nothing of it may stay."""

"""The keep-lists of the strict profile: of each SOP class what its IOD needs and what says how the image was made and
lies in space, and no text but codes of the dictionary and well-known makers."""

from functools import cache

from labeling.domain.dicom.deidentification import table
from labeling.domain.dicom.deidentification.rule import Do, Rule
from labeling.domain.dicom.elements import TEXT_VRS, VR_OF_TAG, tag_of

# Groups that describe how the image was made and lies in space: their attributes that cannot hold text are all kept.
_TECHNICAL_GROUPS = frozenset({0x0018, 0x0020, 0x0022, 0x0028, 0x0052, 0x0054})

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

_MANUFACTURER, _CODE_MEANING = tag_of("Manufacturer"), tag_of("CodeMeaning")


@cache
def _named() -> frozenset[int]:
    return frozenset(map(tag_of, (_KEPT + _SEQUENCES).split()))


def narrowed(rules: dict[int, Rule], sop_class_uid: str) -> dict[int, Rule]:
    needed = table.iod_attributes(sop_class_uid) | _named()
    return {
        tag: _without_text(tag, rule)
        for tag, rule in rules.items()
        if tag in needed or _is_technical(tag) or rule.do is Do.CODE or tag == _CODE_MEANING
    }


def _is_technical(tag: int) -> bool:
    return tag >> 16 in _TECHNICAL_GROUPS and VR_OF_TAG[tag] not in TEXT_VRS


def _without_text(tag: int, rule: Rule) -> Rule:
    if tag == _MANUFACTURER:
        return Rule(Do.MAKER, rule.basic, rule.is_listed)
    return Rule(Do.BASIC, rule.basic, rule.is_listed) if rule.do in (Do.PROSE, Do.MACHINE) else rule

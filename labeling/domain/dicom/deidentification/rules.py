"""A profile made into one rule per attribute: what the table and the options say, and what is done with the rest.

What the table does not name is kept where the dictionary knows it and its value cannot hold prose; prose is cleaned;
what neither the dictionary nor an option knows has no rule and goes.
"""

from functools import lru_cache

from pydicom._dicom_dict import DicomDictionary

from labeling.domain.dicom.deidentification import strict_list, table
from labeling.domain.dicom.deidentification.profiles import Option, Profile
from labeling.domain.dicom.deidentification.rule import Do, Rule
from labeling.domain.dicom.deidentification.table import Row
from labeling.domain.dicom.deidentification.values import BULK_VRS, CLASS_UIDS
from labeling.domain.dicom.elements import PIXEL_DATA, TEXT_VRS, VR_OF_TAG, tag_of

_OPTION_COLUMNS = {  # in the order in which they win
    Option.RETAIN_UIDS: "uids",
    Option.RETAIN_DEVICE_IDENTITY: "device",
    Option.RETAIN_INSTITUTION_IDENTITY: "institution",
    Option.RETAIN_PATIENT_CHARACTERISTICS: "patient",
    Option.RETAIN_FULL_DATES: "full_dates",
    Option.RETAIN_MODIFIED_DATES: "modified_dates",
    Option.CLEAN_DESCRIPTORS: "descriptors",
    Option.CLEAN_STRUCTURED_CONTENT: "structured",
    Option.CLEAN_GRAPHICS: "graphics",
}
_SPECIAL = {
    tag_of("PatientName"): Do.PATIENT,
    tag_of("PatientID"): Do.PATIENT,
    tag_of("AccessionNumber"): Do.ACCESSION,
    tag_of("TimezoneOffsetFromUTC"): Do.OFFSET,
    tag_of("ICCProfile"): Do.ICC,
}
_MACHINE_KEYWORDS = """
PositionReferenceIndicator TargetPositionReferenceIndicator DimensionDescriptionLabel
Manufacturer ManufacturerModelName ManufacturerRelatedModelGroup ManufacturerModelVersion SoftwareVersions
SecondaryCaptureDeviceManufacturer SecondaryCaptureDeviceManufacturerModelName RescaleType ModalityLUTType
SecondaryCaptureDeviceSoftwareVersions DetectorManufacturerName DetectorManufacturerModelName ConvolutionKernel
ReceiveCoilManufacturerName TransmitCoilManufacturerName ApplicationName ApplicationVersion SequenceName
ApplicationManufacturer DigitalImageFormatAcquired VideoImageFormatAcquired PulseSequenceName ReceiveCoilName
TransmitCoilName MultiCoilElementName MultiCoilConfiguration FilterType TypeOfFilters CollimatorGridName
ImagedNucleus PlateType PhosphorType AcquisitionDeviceProcessingCode ProcessingFunction TransducerData ImageFilter
TriggerSourceOrType CardiacFramingType PVCRejection AcquisitionMode DoseModeName AlgorithmName AlgorithmVersion
AlgorithmSource SegmentAlgorithmName AttenuationCorrectionMethod ReconstructionMethod ScatterCorrectionMethod
DetectorLinesOfResponseUsed OutputPower StackID ImageDisplayFormat FontName CSSFontName
MIMETypeOfEncapsulatedDocument ListOfMIMETypes ContrastBolusRoute RadiopharmaceuticalRoute EnergyWindowName
DimensionIndexPrivateCreator FunctionalGroupPrivateCreator CodingSchemeRegistry CodingSchemeVersion FluenceModeID
FiducialIdentifier OpticalPathIdentifier ReferencedOpticalPathIdentifier LUTLabel
"""
_NEVER_KEYWORDS = """
PrivateInformation RecordKey PriorRecordKey InteroperabilityVersion Signature EncryptedContent HPGLDocument
ObjectBinaryIdentifierTrial ObjectDirectoryBinaryIdentifierTrial RTVMetaInformationVersion NTPSourceAddress
ExtendedOffsetTable ExtendedOffsetTableLengths EncapsulatedPixelDataValueTotalLength
PatientDeathDateInAlternativeCalendar PatientBirthDateInAlternativeCalendar
"""
_MACHINE = frozenset(
    map(
        tag_of,
        _MACHINE_KEYWORDS.split(),
    )
)
_CODES = frozenset(map(tag_of, ["CodeValue", "LongCodeValue", "URNCodeValue", "CodingSchemeDesignator"]))
_NEVER = frozenset(
    map(
        tag_of,
        _NEVER_KEYWORDS.split(),
    )
)
_DATE_VRS = ("DA", "DT", "TM")
_BY_VR = {
    "SQ": Do.SEQUENCE,
    **dict.fromkeys(TEXT_VRS, Do.PROSE),
    **dict.fromkeys(("AE", "PN", "UR", "UN", "NONE"), Do.BASIC),
}
_BY_TYPE = "X/Z/D"  # of text that the table does not name and of which nothing may stay
_TAKES_AWAY = (Do.BASIC, Do.PATIENT, Do.ACCESSION)
_GROUPS_THAT_GO = (0x0000, 0x0002, 0x0004)  # commands, file meta (made anew), directories of media


def rules_of(profile: Profile, sop_class_uid: str) -> dict[int, Rule]:
    """Tag to rule, of every attribute that may come through in some form. Pixel data is not here."""
    return _narrowed(profile, sop_class_uid) if profile.is_strict else _rules(profile)


@lru_cache(maxsize=64)
def _narrowed(profile: Profile, sop_class_uid: str) -> dict[int, Rule]:
    return strict_list.narrowed(_rules(profile), sop_class_uid)


@lru_cache(maxsize=16)
def _rules(profile: Profile) -> dict[int, Rule]:
    rules = {tag: _default(tag) for tag in DicomDictionary if _is_ruled(tag)}
    listed = table.attributes().items()
    rules |= {tag: _listed(tag, row, profile) for tag, row in listed if tag >> 16 not in _GROUPS_THAT_GO}
    for tag in (PIXEL_DATA, *_NEVER):
        rules.pop(tag, None)
    if not profile.has(Option.CLEAN_DESCRIPTORS):
        rules = {tag: _without_prose(rule) for tag, rule in rules.items()}
    return rules


def _is_ruled(tag: int) -> bool:
    return tag >> 16 not in _GROUPS_THAT_GO and bool(tag & 0xFFFF) and not tag >> 16 & 1


def _default(tag: int) -> Rule:
    if tag in _CODES:
        return Rule(Do.CODE, "D")
    if tag in CLASS_UIDS:
        return Rule(Do.AS_IS)
    if tag in _MACHINE:
        return Rule(Do.MACHINE, _BY_TYPE)
    do = _SPECIAL.get(tag) or _BY_VR.get(VR_OF_TAG[tag], Do.KEEP)
    return Rule(do, _BY_TYPE if do is Do.PROSE else "X")


def _listed(tag: int, row: Row, profile: Profile) -> Rule:
    if tag in _SPECIAL and tag != tag_of("TimezoneOffsetFromUTC"):
        return Rule(_SPECIAL[tag], row.action, True)
    for option, column in _OPTION_COLUMNS.items():
        if profile.has(option) and column in row.options:
            do = _chosen(tag, row, option, row.options[column])
            if do is not None:
                return Rule(do, row.action, True)
    return Rule(Do.BASIC, row.action, True)


def _chosen(tag: int, row: Row, option: Option, action: str) -> Do | None:
    """What an option does with an attribute; None when its VR cannot be cleaned and the basic action stands."""
    if option in (Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES):
        return Do.OFFSET if tag in _SPECIAL else Do.KEEP if row.vr in _DATE_VRS else None
    if option is Option.CLEAN_STRUCTURED_CONTENT:
        return Do.CONTENT
    if row.vr == "SQ":
        return Do.SEQUENCE
    if (row.vr in BULK_VRS and action == "C") or row.vr == "AE":
        return None
    if row.vr in TEXT_VRS or option is Option.CLEAN_DESCRIPTORS:
        return Do.MACHINE if action == "K" else Do.PROSE
    return Do.KEEP


def _without_prose(rule: Rule) -> Rule:
    return Rule(Do.BASIC, rule.basic, rule.is_listed) if rule.do is Do.PROSE else rule


@lru_cache(maxsize=16)
def removed_texts(profile: Profile) -> frozenset[int]:
    """Listed text attributes that do not come through: their words must not come back elsewhere."""
    listed = ((tag, row, _listed(tag, row, profile)) for tag, row in table.attributes().items())
    return frozenset(
        tag
        for tag, row, rule in listed
        if row.vr in TEXT_VRS and rule.do in _TAKES_AWAY and "descriptors" not in row.options
    )

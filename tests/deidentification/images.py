"""One image of each common kind, with the attributes that make it worth keeping."""

import numpy as np
import pydicom
from PIL import ImageCms
from pydicom.data import get_testdata_file
from pydicom.sequence import Sequence

from tests.deidentification.datasets import code, common, fill, item, reference, uid, with_pixels

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
CHEST = ("51185008", "SCT", "Chest")


def _in_space(ds, person):
    return fill(
        ds,
        FrameOfReferenceUID=uid(person.key, 3),
        PositionReferenceIndicator="",
        ImagePositionPatient=["-120.5", "-130.25", "44.125"],
        ImageOrientationPatient=["1", "0", "0", "0", "0.9998477", "-0.0174524"],
        PixelSpacing=["0.703125", "0.703125"],
        SliceThickness="1.25",
        SliceLocation="44.125",
        PatientPosition="HFS",
    )


def ct(person, number):
    ds = common(CT, "CT", person, number)
    fill(
        ds,
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        AcquisitionNumber=2,
        AcquisitionDate=person.study_date,
        AcquisitionTime="101301.125",
        AcquisitionDateTime=f"{person.study_date}101301.125+0100",
        ContentDate=person.study_date,
        ContentTime="101302",
        KVP="120",
        Exposure=210,
        XRayTubeCurrent=350,
        ExposureTime=600,
        ConvolutionKernel="B30f",
        GantryDetectorTilt="0",
        SpiralPitchFactor=0.984375,
        CTDIvol=11.25,
        ContrastBolusAgent="Iohexol",
        ContrastBolusVolume="80",
        ProtocolName="CT CHEST W CONTRAST",
        RescaleIntercept="-1024",
        RescaleSlope="1",
        RescaleType="HU",
        WindowCenter=["40", "-600"],
        WindowWidth=["400", "1500"],
        WindowCenterWidthExplanation=["SOFT", "LUNG"],
        AnatomicRegionSequence=code(*CHEST),
        ReferencedImageSequence=reference(CT, uid(person.key, 9, 1)),
    )
    return with_pixels(_in_space(ds, person), stored=12)


def mr(person, number):
    ds = common(MR, "MR", person, number)
    fill(
        ds,
        ImageType=["ORIGINAL", "PRIMARY", "M", "ND"],
        ScanningSequence=["SE", "IR"],
        SequenceVariant="SK",
        ScanOptions="FS",
        MRAcquisitionType="2D",
        SequenceName="*tse2d1_15",
        RepetitionTime="4500",
        EchoTime="95.5",
        InversionTime="2500",
        FlipAngle="150",
        EchoTrainLength=15,
        MagneticFieldStrength="1.5",
        ImagingFrequency="63.676",
        NumberOfAverages="2",
        PixelBandwidth="191",
        ProtocolName="t2 tse sag",
        SAR="0.8",
    )
    return with_pixels(_in_space(ds, person), signed=True)


def _enhanced(person, number, sop_class_uid, modality, frames=2):
    ds = common(sop_class_uid, modality, person, number)
    _in_space(ds, person)
    for keyword in (
        "ImagePositionPatient",
        "SliceLocation",
        "PixelSpacing",
        "SliceThickness",
        "ImageOrientationPatient",
    ):
        delattr(ds, keyword)
    per_frame = [
        item(
            FrameContentSequence=item(
                FrameAcquisitionDateTime=f"{person.study_date}1015{frame:02d}.5",
                FrameReferenceDateTime=f"{person.study_date}1015{frame:02d}.75",
                FrameAcquisitionDuration=120.5,
                DimensionIndexValues=[1, frame + 1],
                FrameComments=f"frame of {person.mentions[0]}",
            ),
            PlanePositionSequence=item(ImagePositionPatient=["0", "0", str(frame * 2.5)]),
        )
        for frame in range(frames)
    ]
    shared = item(
        PixelMeasuresSequence=item(PixelSpacing=["0.5", "0.5"], SliceThickness="2.5"),
        PlaneOrientationSequence=item(ImageOrientationPatient=["1", "0", "0", "0", "1", "0"]),
        FrameAnatomySequence=item(FrameLaterality="U", AnatomicRegionSequence=code(*CHEST)),
        PixelValueTransformationSequence=item(RescaleIntercept="0", RescaleSlope="2.5", RescaleType="US"),
    )
    fill(
        ds,
        ImageType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
        ContentDate=person.study_date,
        ContentTime="101600",
        AcquisitionDateTime=f"{person.study_date}101400",
        DimensionOrganizationSequence=item(DimensionOrganizationUID=uid(person.key, 5, number)),
        SharedFunctionalGroupsSequence=shared,
        PerFrameFunctionalGroupsSequence=per_frame,
    )
    return with_pixels(ds, frames=frames, stored=12)


def enhanced_ct(person, number):
    return _enhanced(person, number, "1.2.840.10008.5.1.4.1.1.2.1", "CT")


def enhanced_mr(person, number):
    ds = _enhanced(person, number, "1.2.840.10008.5.1.4.1.1.4.1", "MR", frames=3)
    timing = item(RepetitionTime="2000", FlipAngle="90", EchoTrainLength=1)
    ds.SharedFunctionalGroupsSequence[0].MRTimingAndRelatedParametersSequence = Sequence([timing])
    return ds


def cr(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.1", "CR", person, number)
    fill(ds, ViewPosition="PA", KVP="125", Exposure=3, ImagerPixelSpacing=["0.168", "0.168"], Sensitivity="200")
    fill(ds, PlateType="5", PixelIntensityRelationship="LOG", WindowCenter="2048", WindowWidth="4096")
    return with_pixels(ds, stored=12)


def dx(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.1.1", "DX", person, number)
    fill(
        ds,
        ImageType=["DERIVED", "PRIMARY"],
        PresentationIntentType="FOR PRESENTATION",
        ImageLaterality="U",
        ViewCodeSequence=code("399348003", "SCT", "antero-posterior"),
        AnatomicRegionSequence=code(*CHEST),
        ImagerPixelSpacing=["0.143", "0.143"],
        DetectorType="SCINTILLATOR",
        DetectorID=f"DET{person.station}",
        DateOfLastDetectorCalibration=person.study_date,
        ExposureControlModeDescription=f"AEC set by {person.operator.split('^')[0]}",
        BurnedInAnnotation="NO",
        LossyImageCompression="00",
        PixelIntensityRelationship="LIN",
        PixelIntensityRelationshipSign=-1,
        RescaleIntercept="0",
        RescaleSlope="1",
        RescaleType="US",
        PresentationLUTShape="INVERSE",
    )
    with_pixels(ds, stored=12)
    ds.PhotometricInterpretation = "MONOCHROME1"
    return ds


def mg(person, number):
    ds = dx(person, number)
    fill(
        ds,
        SOPClassUID="1.2.840.10008.5.1.4.1.1.1.2",
        Modality="MG",
        PositionerType="MAMMOGRAPHIC",
        PositionerPrimaryAngle="45",
        ImageLaterality="L",
        ViewCodeSequence=code("399368009", "SCT", "medio-lateral oblique"),
        BodyPartThickness="52",
        CompressionForce="110.5",
        OrganExposed="BREAST",
    )
    return ds


def us(person, number, frames=1):
    sop_class_uid = "1.2.840.10008.5.1.4.1.1.3.1" if frames > 1 else "1.2.840.10008.5.1.4.1.1.6.1"
    ds = common(sop_class_uid, "US", person, number)
    region = item(
        RegionSpatialFormat=1,
        RegionDataType=1,
        RegionFlags=2,
        RegionLocationMinX0=0,
        RegionLocationMinY0=0,
        RegionLocationMaxX1=39,
        RegionLocationMaxY1=31,
        PhysicalUnitsXDirection=3,
        PhysicalUnitsYDirection=3,
        PhysicalDeltaX=0.0125,
        PhysicalDeltaY=0.0125,
    )
    fill(ds, ImageType=["ORIGINAL", "PRIMARY"], SequenceOfUltrasoundRegions=region, TransducerData=["C5-1", "", ""])
    fill(ds, LossyImageCompression="00", TransducerType="CURVED LINEAR", HeartRate=72)
    if frames > 1:
        fill(ds, FrameTime="33.3", FrameIncrementPointer=0x00181063, RecommendedDisplayFrameRate=30)
    return with_pixels(ds, bits=8, samples=3, frames=frames)


def us_multiframe(person, number):
    return us(person, number, frames=4)


def xa(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.12.1", "XA", person, number)
    fill(ds, ImageType=["ORIGINAL", "PRIMARY", "SINGLE PLANE"], PositionerPrimaryAngle="-30.5", KVP="81")
    fill(ds, RadiationSetting="GR", DistanceSourceToDetector="1000", ShutterShape="RECTANGULAR")
    return with_pixels(ds, bits=8, frames=2)


def nm(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.20", "NM", person, number)
    drug = item(Radiopharmaceutical="Tc99m MDP", RadionuclideTotalDose="650", RadiopharmaceuticalStartTime="080000")
    fill(ds, ImageType=["ORIGINAL", "PRIMARY", "WHOLE BODY", "EMISSION"], RadiopharmaceuticalInformationSequence=drug)
    fill(ds, CountsAccumulated=812345, EnergyWindowInformationSequence=item(EnergyWindowName="Tc99m"))
    return with_pixels(ds, frames=2)


def pt(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.128", "PT", person, number)
    drug = item(
        RadiopharmaceuticalStartTime="091500",
        RadiopharmaceuticalStartDateTime=f"{person.study_date}091500",
        RadionuclideTotalDose="370000000",
        RadionuclideHalfLife="6586.2",
        RadionuclideCodeSequence=code("77004003", "SCT", "^18^Fluorine"),
    )
    fill(ds, Units="BQML", DecayCorrection="START", CorrectedImage=["DECY", "ATTN"], DecayFactor="1.0045")
    fill(ds, RadiopharmaceuticalInformationSequence=drug, RescaleSlope="1.7382", RescaleIntercept="0")
    fill(ds, AcquisitionDate=person.study_date, AcquisitionTime="101500", ActualFrameDuration=180000)
    return with_pixels(_in_space(ds, person), signed=True)


def sc(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.7", "OT", person, number)
    fill(ds, ConversionType="WSD", DateOfSecondaryCapture=person.study_date, TimeOfSecondaryCapture="120000")
    fill(ds, ImageType=["DERIVED", "SECONDARY"], SecondaryCaptureDeviceManufacturer="Acme Capture")
    return with_pixels(ds, bits=8, samples=3)


def photo(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.77.1.4", "XC", person, number)
    fill(ds, ImageType=["ORIGINAL", "PRIMARY"], LossyImageCompression="00", ICCProfile=icc_profile(person))
    fill(ds, AnatomicRegionSequence=code("39937001", "SCT", "Skin"))
    return with_pixels(ds, bits=8, samples=3)


def slide(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.77.1.6", "SM", person, number)
    optics = item(OpticalPathIdentifier="1", ICCProfile=icc_profile(person), ObjectiveLensPower="20")
    specimen = item(
        SpecimenIdentifier=f"SP-{person.accession}",
        SpecimenUID=uid(person.key, 6, 1),
        IssuerOfTheSpecimenIdentifierSequence=[],
        SpecimenShortDescription=f"Skin of {person.mentions[1]}",
        SpecimenPreparationSequence=[],
    )
    fill(
        ds,
        ImageType=["ORIGINAL", "PRIMARY", "VOLUME", "NONE"],
        ContainerIdentifier=f"CONT{person.accession}",
        OpticalPathSequence=optics,
        SpecimenDescriptionSequence=specimen,
        ImagedVolumeWidth=12.5,
        ImagedVolumeHeight=8.5,
        TotalPixelMatrixColumns=80,
        TotalPixelMatrixRows=64,
        PyramidUID=uid(person.key, 7, 1),
    )
    return with_pixels(ds, bits=8, samples=3, frames=4)


def segmentation(person, number):
    ds = common(SEGMENTATION, "SEG", person, number)
    segment = item(
        SegmentNumber=1,
        SegmentLabel="Lung nodule",
        SegmentDescription=f"Outlined by {person.operator.split('^')[0]} for {person.mentions[0]}",
        SegmentAlgorithmType="MANUAL",
        SegmentedPropertyCategoryCodeSequence=code("49755003", "SCT", "Morphologically Abnormal Structure"),
        SegmentedPropertyTypeCodeSequence=code("27925004", "SCT", "Nodule"),
        TrackingID=f"{person.patient_id}-nodule",
        TrackingUID=uid(person.key, 8, 1),
    )
    frames = [
        item(
            DerivationImageSequence=item(SourceImageSequence=reference(CT, uid(person.key, 9, 1))),
            SegmentIdentificationSequence=item(ReferencedSegmentNumber=1),
        )
    ]
    series = item(
        SeriesInstanceUID=uid(person.key, 2, 1), ReferencedInstanceSequence=reference(CT, uid(person.key, 9, 1))
    )
    fill(ds, SegmentationType="BINARY", SegmentSequence=segment, PerFrameFunctionalGroupsSequence=frames)
    fill(ds, ContentLabel="NODULES", ContentDescription="", ContentCreatorName=person.operator)
    fill(ds, ReferencedSeriesSequence=series, FrameOfReferenceUID=uid(person.key, 3), LossyImageCompression="00")
    with_pixels(ds, bits=8)
    fill(ds, BitsAllocated=1, BitsStored=1, HighBit=0, NumberOfFrames=1, PixelData=bytes(range(160)))
    return ds


def parametric_map(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.30", "MR", person, number)
    with_pixels(ds, bits=16)
    del ds.PixelData, ds.BitsStored, ds.HighBit, ds.PixelRepresentation
    values = np.linspace(-3.5, 1200.25, 32 * 40, dtype=np.float32)
    mapping = item(
        RealWorldValueFirstValueMapped=0,
        RealWorldValueLastValueMapped=100,
        RealWorldValueSlope=0.5,
        RealWorldValueIntercept=1.25,
        LUTExplanation=f"ADC of {person.mentions[0]}",
        MeasurementUnitsCodeSequence=code("mm2/s", "UCUM", "mm2/s"),
    )
    mapping["RealWorldValueFirstValueMapped"].VR = mapping["RealWorldValueLastValueMapped"].VR = "US"
    fill(ds, ImageType=["DERIVED", "PRIMARY", "DIFFUSION", "ADC"], BitsAllocated=32, NumberOfFrames=1)
    shared = item(RealWorldValueMappingSequence=mapping)
    # A registered frame of reference, which is not a patient's: it must stay.
    ds.FrameOfReferenceUID = "1.2.840.10008.1.4.1.1"
    fill(ds, SharedFunctionalGroupsSequence=shared, FloatPixelData=values.tobytes())
    return ds


def real(name):
    """Give a maker of a real file of pydicom's own, under this person's header and in the file's transfer syntax."""

    def make(person, number):
        ds = pydicom.dcmread(get_testdata_file(name))
        header = common(ds.SOPClassUID, ds.get("Modality", "OT"), person, number)
        ds.pop("SpecificCharacterSet", None)
        ds.update(header)
        return ds

    make.__name__ = name
    return make


def icc_profile(person):
    """Make an sRGB profile whose description carries the patient's number and name in ASCII and in UTF-16."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    secret = person.patient_id.encode()[:9].ljust(9, b"0")
    profile = profile.replace("sRGB buil".encode("utf-16-be"), secret.decode().encode("utf-16-be"))
    profile = profile.replace(b"sRGB buil", secret)
    return profile + b"\0" * (len(profile) % 2)

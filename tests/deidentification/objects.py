"""One object of each common kind that is not an image: plans, reports, states, documents, waveforms."""

import numpy as np

from tests.deidentification.datasets import code, common, entry, fill, item, reference, uid, with_pixels
from tests.deidentification.images import CT

RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"
BASIC_TEXT, COMPREHENSIVE = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.33"


def rtstruct(person, number):
    ds = common(RTSTRUCT, "RTSTRUCT", person, number)
    image = reference(CT, uid(person.key, 9, 1))
    series = item(SeriesInstanceUID=uid(person.key, 2, 1), ContourImageSequence=image)
    study = item(
        ReferencedSOPClassUID="1.2.840.10008.3.1.2.3.1",
        ReferencedSOPInstanceUID=uid(person.key, 1),
        RTReferencedSeriesSequence=series,
    )
    contour = item(
        ContourImageSequence=image,
        ContourGeometricType="CLOSED_PLANAR",
        NumberOfContourPoints=3,
        ContourData=["-1.5", "2.25", "44.125", "10", "2.25", "44.125", "10", "12.5", "44.125"],
    )
    roi = item(
        ROINumber=1,
        ReferencedFrameOfReferenceUID=uid(person.key, 3),
        ROIName=f"GTV {person.mentions[0]}"[:60],
        ROIDescription=f"drawn for {person.mentions[1]}",
        ROIGenerationAlgorithm="MANUAL",
    )
    observed = item(
        ObservationNumber=1, ReferencedROINumber=1, RTROIInterpretedType="GTV", ROIInterpreter=person.operator
    )
    frame = item(FrameOfReferenceUID=uid(person.key, 3), RTReferencedStudySequence=study)
    fill(ds, StructureSetLabel=f"SET {person.accession}", StructureSetDate=person.study_date, StructureSetTime="140000")
    fill(ds, ReferencedFrameOfReferenceSequence=frame, StructureSetROISequence=roi, RTROIObservationsSequence=observed)
    return fill(
        ds, ROIContourSequence=item(ReferencedROINumber=1, ROIDisplayColor=[255, 0, 0], ContourSequence=contour)
    )


def rtplan(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.481.5", "RTPLAN", person, number)
    point = item(ControlPointIndex=0, NominalBeamEnergy="6", GantryAngle="270", CumulativeMetersetWeight="0")
    beam = item(
        BeamNumber=1,
        BeamName="Field 1",
        BeamType="STATIC",
        BeamDescription=f"lateral {person.mentions[0]}",
        TreatmentMachineName=f"LINAC{person.station}"[:16],
        FinalCumulativeMetersetWeight="1",
        ControlPointSequence=point,
    )
    fraction = item(
        FractionGroupNumber=1, NumberOfFractionsPlanned=25, NumberOfBeams=1, NumberOfBrachyApplicationSetups=0
    )
    fill(ds, RTPlanLabel=f"P{person.accession}", RTPlanDate=person.study_date, RTPlanTime="150000", BeamSequence=beam)
    fill(ds, RTPlanGeometry="PATIENT", FractionGroupSequence=fraction, ApprovalStatus="APPROVED")
    fill(ds, ReviewDate=person.study_date, ReviewTime="160000", ReviewerName=person.operator)
    return fill(ds, ReferencedStructureSetSequence=reference(RTSTRUCT, uid(person.key, 9, 18)))


def rtdose(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.481.2", "RTDOSE", person, number)
    fill(ds, DoseUnits="GY", DoseType="PHYSICAL", DoseSummationType="PLAN", DoseGridScaling="0.0000125")
    fill(ds, GridFrameOffsetVector=["0", "2.5"], DoseComment=f"for {person.mentions[0]}")
    fill(ds, FrameOfReferenceUID=uid(person.key, 3), FrameIncrementPointer=0x3004000C)
    dvh = item(DVHType="CUMULATIVE", DVHData=["0.5", "100", "0.5", "97.25"], DVHMinimumDose="1.25")
    return with_pixels(fill(ds, DVHSequence=dvh), frames=2)


def _measurement(name, value, unit):
    measured = item(NumericValue=value, MeasurementUnitsCodeSequence=code(unit, "UCUM", unit))
    return entry("NUM", "CONTAINS", name, MeasuredValueSequence=measured)


def _observer(person):
    name = entry("PNAME", "HAS OBS CONTEXT", ("121008", "DCM", "Person Observer Name"), PersonName=person.operator)
    house = ("121009", "DCM", "Person Observer's Organization Name")
    return [name, entry("TEXT", "HAS OBS CONTEXT", house, TextValue=person.institution)]


def _report(sop_class_uid, person, number, title, content):
    ds = common(sop_class_uid, "SR", person, number)
    verifier = item(
        VerifyingObserverName=person.operator,
        VerifyingOrganization=person.institution,
        VerificationDateTime=f"{person.study_date}170000",
        VerifyingObserverIdentificationCodeSequence=[],
    )
    evidence = item(
        StudyInstanceUID=uid(person.key, 1),
        ReferencedSeriesSequence=item(
            SeriesInstanceUID=uid(person.key, 2, 1), ReferencedSOPSequence=reference(CT, uid(person.key, 9, 1))
        ),
    )
    fill(
        ds, ContentDate=person.study_date, ContentTime="165959", CompletionFlag="COMPLETE", VerificationFlag="VERIFIED"
    )
    fill(ds, VerifyingObserverSequence=verifier, CurrentRequestedProcedureEvidenceSequence=evidence)
    fill(ds, PerformedProcedureCodeSequence=[], ReferencedPerformedProcedureStepSequence=[])
    fill(ds, ValueType="CONTAINER", ConceptNameCodeSequence=code(*title), ContinuityOfContent="SEPARATE")
    template = item(MappingResource="DCMR", TemplateIdentifier="1500")
    return fill(ds, ContentSequence=content, ContentTemplateSequence=template)


def basic_text(person, number):
    finding, when = ("121071", "DCM", "Finding"), ("111060", "DCM", "Study Date")
    content = [
        *_observer(person),
        entry("TEXT", "CONTAINS", finding, TextValue=f"{person.mentions[0]} seen by {person.physician.split('^')[0]}"),
        entry("DATE", "CONTAINS", when, Date=person.study_date),
        entry("DATETIME", "CONTAINS", ("111526", "DCM", "DateTime Started"), DateTime=f"{person.study_date}101112"),
        entry("TEXT", "CONTAINS", ("X1", "99LOCAL", f"Note on {person.mentions[0]}"), TextValue="CT CHEST"),
    ]
    return _report(BASIC_TEXT, person, number, ("18748-4", "LN", "Diagnostic imaging report"), content)


def comprehensive(person, number):
    """A measurement report in the manner of TID 1500."""
    area = item(
        RelationshipType="INFERRED FROM",
        ValueType="SCOORD",
        GraphicType="POLYLINE",
        GraphicData=[1.5, 2.5, 10.25, 2.5],
        ContentSequence=item(
            RelationshipType="SELECTED FROM",
            ValueType="IMAGE",
            ReferencedSOPSequence=reference(CT, uid(person.key, 9, 1)),
        ),
    )
    length = _measurement(("410668003", "SCT", "Length"), "7.25", "mm")
    length.ContentSequence = [area]
    unique = ("112040", "DCM", "Tracking Unique Identifier")
    group = entry(
        "CONTAINER",
        "CONTAINS",
        ("125007", "DCM", "Measurement Group"),
        ContinuityOfContent="SEPARATE",
        ContentSequence=[
            entry(
                "TEXT", "HAS OBS CONTEXT", ("112039", "DCM", "Tracking Identifier"), TextValue=f"{person.patient_id} 1"
            ),
            entry("UIDREF", "HAS OBS CONTEXT", unique, UID=uid(person.key, 8, 1)),
            entry(
                "CODE", "CONTAINS", ("121071", "DCM", "Finding"), ConceptCodeSequence=code("27925004", "SCT", "Nodule")
            ),
            length,
            _measurement(("112031", "DCM", "Attenuation Coefficient"), "-612.5", "[hnsf'U]"),
        ],
    )
    subject = [
        entry("PNAME", "HAS OBS CONTEXT", ("121029", "DCM", "Subject Name"), PersonName=person.name),
        entry("TEXT", "HAS OBS CONTEXT", ("121030", "DCM", "Subject ID"), TextValue=person.patient_id),
        entry("DATE", "HAS OBS CONTEXT", ("121031", "DCM", "Subject Birth Date"), Date=person.birth_date),
    ]
    comment = entry("TEXT", "CONTAINS", ("121106", "DCM", "Comment"), TextValue=f"Call {person.mentions[1]} at home")
    title = ("126000", "DCM", "Imaging Measurement Report")
    return _report(COMPREHENSIVE, person, number, title, [*_observer(person), *subject, group, comment])


def key_objects(person, number):
    chosen = item(
        RelationshipType="CONTAINS", ValueType="IMAGE", ReferencedSOPSequence=reference(CT, uid(person.key, 9, 1))
    )
    note = entry("TEXT", "CONTAINS", ("113012", "DCM", "Key Object Description"), TextValue=f"for {person.mentions[0]}")
    ds = _report("1.2.840.10008.5.1.4.1.1.88.59", person, number, ("113000", "DCM", "Of Interest"), [chosen, note])
    ds.Modality = "KO"
    return ds


def every_concept(person, number):
    """A report for planting.plant_concepts to fill."""
    title = ("126000", "DCM", "Imaging Measurement Report")
    return _report(COMPREHENSIVE, person, number, title, _observer(person)[:1])


def presentation_state(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.11.1", "PR", person, number)
    text = item(
        UnformattedTextValue=f"{person.mentions[0]} {person.patient_id}",
        AnchorPoint=[4.0, 5.0],
        AnchorPointVisibility="Y",
        AnchorPointAnnotationUnits="PIXEL",
    )
    line = item(
        GraphicAnnotationUnits="PIXEL",
        GraphicDimensions=2,
        NumberOfGraphicPoints=2,
        GraphicData=[1.0, 1.0, 8.0, 8.0],
        GraphicType="POLYLINE",
        GraphicFilled="N",
    )
    layer = item(GraphicLayer="LAYER1", GraphicLayerOrder=1, GraphicLayerDescription=f"of {person.mentions[0]}"[:60])
    image = reference(CT, uid(person.key, 9, 1))
    drawn = item(GraphicLayer="LAYER1", TextObjectSequence=text, GraphicObjectSequence=line)
    series = item(SeriesInstanceUID=uid(person.key, 2, 1), ReferencedImageSequence=image)
    fill(
        ds,
        ContentLabel="STATE",
        ContentDescription=f"by {person.operator.split('^')[0]}",
        ContentCreatorName=person.operator,
    )
    fill(ds, PresentationCreationDate=person.study_date, PresentationCreationTime="180000")
    fill(ds, GraphicAnnotationSequence=drawn, GraphicLayerSequence=layer, ReferencedSeriesSequence=series)
    return fill(ds, PresentationLUTShape="IDENTITY", ImageRotation=90, ImageHorizontalFlip="N")


def _document(sop_class_uid, person, number, kind, document):
    ds = common(sop_class_uid, "DOC", person, number)
    fill(
        ds,
        ConversionType="WSD",
        DocumentTitle=f"Letter on {person.mentions[0]}"[:60],
        MIMETypeOfEncapsulatedDocument=kind,
    )
    fill(ds, ContentDate=person.study_date, ContentTime="190000", AcquisitionDateTime=f"{person.study_date}190000")
    return fill(ds, EncapsulatedDocument=document + b" " * (len(document) % 2), ConceptNameCodeSequence=[])


def pdf(person, number):
    document = f"%PDF-1.4\n1 0 obj<</Title({person.patient_id} {person.accession})>>endobj\n%%EOF".encode()
    return _document("1.2.840.10008.5.1.4.1.1.104.1", person, number, "application/pdf", document)


def cda(person, number):
    document = (
        f"<ClinicalDocument><id extension='{person.patient_id}'/>{person.mentions[0]}</ClinicalDocument>".encode()
    )
    ds = _document("1.2.840.10008.5.1.4.1.1.104.2", person, number, "text/XML", document)
    return fill(ds, HL7InstanceIdentifier=f"{uid(person.key, 4, 1)}^{person.accession}")


def ecg(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.9.1.1", "ECG", person, number)
    lead = item(
        ChannelSourceSequence=code("2:1", "MDC", "Lead I"),
        ChannelSensitivity="1.25",
        ChannelSensitivityUnitsSequence=code("uV", "UCUM", "microvolt"),
        ChannelLabel=f"I {person.mentions[0]}"[:16],
        WaveformBitsStored=16,
    )
    group = item(
        WaveformOriginality="ORIGINAL",
        NumberOfWaveformChannels=1,
        NumberOfWaveformSamples=64,
        SamplingFrequency="500",
        MultiplexGroupUID=uid(person.key, 4, number),
        ChannelDefinitionSequence=lead,
        WaveformBitsAllocated=16,
        WaveformSampleInterpretation="SS",
        WaveformData=(np.arange(64, dtype="<i2") * 31 - 900).tobytes(),
    )
    group["WaveformData"].VR = "OW"
    notes = [
        item(UnformattedTextValue=f"{person.mentions[0]} at rest", AnnotationGroupNumber=0),
        item(
            ConceptNameCodeSequence=code("8867-4", "LN", "Heart rate"),
            NumericValue="61.5",
            MeasurementUnitsCodeSequence=code("/min", "UCUM", "/min"),
            AnnotationGroupNumber=0,
        ),
    ]
    fill(ds, AcquisitionDateTime=f"{person.study_date}101301", WaveformSequence=group, WaveformAnnotationSequence=notes)
    return fill(ds, ContentDate=person.study_date, ContentTime="101302", AcquisitionContextSequence=[])


def registration(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.66.1", "REG", person, number)
    matrix = item(
        FrameOfReferenceTransformationMatrixType="RIGID",
        FrameOfReferenceTransformationMatrix=[str(v) for v in (1, 0, 0, 12.5, 0, 1, 0, -3.25, 0, 0, 1, 0, 0, 0, 0, 1)],
    )
    moved = item(
        FrameOfReferenceUID=uid(person.key, 3),
        ReferencedImageSequence=reference(CT, uid(person.key, 9, 1)),
        MatrixRegistrationSequence=item(
            MatrixSequence=matrix, FrameOfReferenceTransformationComment=person.mentions[0]
        ),
    )
    fill(
        ds, ContentDate=person.study_date, ContentTime="200000", ContentLabel="REGISTRATION", RegistrationSequence=moved
    )
    return fill(ds, ContentCreatorName=person.operator, FrameOfReferenceUID=uid(person.key, 3))


def raw_data(person, number):
    ds = common("1.2.840.10008.5.1.4.1.1.66", "MR", person, number)
    fill(ds, CreatorVersionUID=uid(person.key, 4, 7), ContentDate=person.study_date, ContentTime="210000")
    return fill(ds, AcquisitionContextSequence=[], ContentLabel="RAW")

"""Put a de-identified instance into the catalogue: its bytes first, its rows second."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from labeling import __version__, intake
from labeling.actions import audit, identity_links, text_approvals
from labeling.domain.certificates import key_fingerprint
from labeling.domain.dicom.header import InstanceHeader
from labeling.domain.dicom.prepare import Prepared
from labeling.errors import PatientMismatch
from labeling.models import Case, Instance, Outcome, Patient, Project, ReleaseInstance, Series, Study
from labeling.storage import content_key, pack_key, storage


@dataclass(frozen=True)
class Filed:
    """What became of an instance, and the row that stands for it."""

    outcome: Outcome
    reason: str
    instance: Instance


@dataclass(frozen=True)
class Stored:
    """The hashes of what was written."""

    content_sha256: str
    pack_sha256: str


def digests(prepared: Prepared) -> Stored:
    return Stored(hashlib.sha256(prepared.dataset).hexdigest(), hashlib.sha256(prepared.pack).hexdigest())


def known(project: Project, header: InstanceHeader, source_digest: str, content_sha256: str) -> Filed | None:
    """The instance that is there already under this UID: the same one, or another that keeps its place.

    Raises PatientMismatch when the study belongs to another patient.
    """
    found = Instance.objects.filter(project=project, sop_instance_uid=header.sop_instance_uid).first()
    if found is None:
        _check_patient(Study.objects.filter(project=project, study_instance_uid=header.study_instance_uid), header)
        return None
    if source_digest == found.source_digest or content_sha256 == found.content_sha256:
        return Filed(Outcome.DUPLICATE, "same_content", found)
    return Filed(Outcome.CONFLICT, "other_content_under_this_uid", found)


def write_bytes(prepared: Prepared, stored: Stored) -> None:
    storage().put(content_key(stored.content_sha256), prepared.dataset)
    storage().put(pack_key(stored.pack_sha256), prepared.pack)


def hold_content(sha256: str, dataset: bytes) -> None:
    """See that the content is there and stays while the caller's transaction makes the row that refers to it."""
    _lock_content(sha256)
    if not storage().exists(content_key(sha256)):
        storage().put(content_key(sha256), dataset)


def destroy_content(sha256: str) -> None:
    """Destroy content unless a row, in whatever project, or a frozen release refers to it."""
    with transaction.atomic():
        _lock_content(sha256)
        is_wanted = Instance.objects.filter(content_sha256=sha256).exists()
        if not is_wanted and not ReleaseInstance.objects.filter(content_sha256=sha256).exists():
            storage().delete(content_key(sha256))


def _lock_content(sha256: str) -> None:
    """Until the transaction ends nobody else makes or destroys this content."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])


def file_instance(
    project: Project,
    prepared: Prepared,
    stored: Stored,
    source_digest: str,
    masks: Sequence[Sequence[int]] | None = None,
    overlays: dict[str, Any] | None = None,
) -> Filed:
    """Make the rows of an instance, within the caller's transaction. Safe beside other workers.

    `masks`: [left, top, right, bottom] of what was covered in its pixels; None when they were not searched for text.
    `overlays`: how many are shown, and why others are not.
    Raises PatientMismatch when the study belongs to another patient.
    """
    header = prepared.header
    hold_content(stored.content_sha256, prepared.dataset)
    identity_links.record(project, header.patient_pseudonym, prepared.patient_id)
    series = _series(_study(project, header), header)
    instance, is_new = Instance.objects.get_or_create(
        project=project,
        sop_instance_uid=header.sop_instance_uid,
        defaults={
            "series": series,
            "sop_class_uid": header.sop_class_uid,
            "transfer_syntax_uid": header.transfer_syntax_uid,
            "instance_number": header.instance_number,
            "rows": header.rows,
            "columns": header.columns,
            "number_of_frames": header.number_of_frames,
            "samples_per_pixel": header.samples_per_pixel,
            "bits": header.bits,
            "is_signed": header.is_signed,
            "photometric_interpretation": header.photometric_interpretation,
            "display": header.display,
            "deidentification": header.deidentification,
            "deidentification_report": _report(prepared, masks, overlays),
            "source_digest": source_digest,
            "content_sha256": stored.content_sha256,
            "content_bytes": len(prepared.dataset),
            "pack_sha256": stored.pack_sha256,
            "pack_offsets": list(prepared.offsets),
        },
    )
    if not is_new:  # another worker was faster
        return known(project, header, source_digest, stored.content_sha256) or Filed(Outcome.DUPLICATE, "", instance)
    text_approvals.note(instance, prepared.report.texts)
    return Filed(Outcome.ACCEPTED, "", instance)


def _report(
    prepared: Prepared, masks: Sequence[Sequence[int]] | None, overlays: dict[str, Any] | None
) -> dict[str, Any]:
    """What certificates count: no value of the file, and by which software and under which key it was done."""
    return {
        "actions": prepared.report.actions,
        "dropped_words": prepared.report.dropped_words,
        "masks": None if masks is None else [list(mask) for mask in masks],
        "overlays": overlays,
        "software": __version__,
        "key": key_fingerprint(intake.deid_key()),
    }


def _study(project: Project, header: InstanceHeader) -> Study:
    patient, _ = Patient.objects.get_or_create(project=project, pseudonym=header.patient_pseudonym)
    study, is_new = Study.objects.get_or_create(
        project=project,
        study_instance_uid=header.study_instance_uid,
        defaults={
            "patient": patient,
            "study_date": _date(header.study_date),
            "description": header.study_description[:64],
            "patient_sex": header.patient_sex[:1],
            "patient_age": header.patient_age[:4],
        },
    )
    _check_patient(Study.objects.filter(pk=study.pk), header)
    if is_new:
        _open_case(project, study)
    return study


def _check_patient(study: QuerySet[Study], header: InstanceHeader) -> None:
    if study.exclude(patient__pseudonym=header.patient_pseudonym).exists():
        raise PatientMismatch


def _series(study: Study, header: InstanceHeader) -> Series:
    series, _ = Series.objects.get_or_create(
        study=study,
        series_instance_uid=header.series_instance_uid,
        defaults={
            "modality": header.modality[:16],
            "series_number": header.series_number,
            "description": header.series_description[:64],
            "body_part": header.body_part[:16],
            "manufacturer": header.manufacturer[:64],
        },
    )
    return series


def _open_case(project: Project, study: Study) -> Case:
    # The update locks the project's row, so numbers have no gaps and no doubles.
    Project.objects.filter(pk=project.pk).update(last_case_number=F("last_case_number") + 1)
    number = Project.objects.values_list("last_case_number", flat=True).get(pk=project.pk)
    case = Case.objects.create(project=project, study=study, number=number)
    audit.record(actor=None, action="case_opened", project=project, subject=f"{project.key}-{number}")
    return case


def _date(value: str) -> date | None:
    try:
        return datetime.strptime(value, "%Y%m%d").date()
    except ValueError:
        return None

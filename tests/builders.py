"""Plain functions that make rows, with defaults; a test states what matters to it."""

import hashlib
import itertools
import uuid

from django.utils import timezone

from labeling.models import (
    Assignment,
    Case,
    Instance,
    Label,
    LabelSchema,
    Membership,
    Patient,
    Project,
    Read,
    Series,
    Study,
    User,
)

COUNTER = itertools.count(1)
PASSWORD = "correct horse battery"


def user(username=None, **fields):
    return User.objects.create_user(username or f"user{next(COUNTER)}", password=PASSWORD, **fields)


def project(key="CXR", **fields):
    return Project.objects.create(**{"key": key, "name": f"Project {key}", **fields})


def member(project, role, username=None):
    person = User.objects.filter(username=username).first() or user(username)
    Membership.objects.create(project=project, user=person, role=role)
    return person


def label(schema, key="nodule", **fields):
    position = schema.labels.count()
    defaults = {"name": key.title(), "colour": "#E69F00", "shapes": ["box"], "hotkey": str(position + 1)}
    return Label.objects.create(schema=schema, key=key, position=position, **(defaults | fields))


def schema(project, labels=("nodule", "mass"), is_published=True):
    version = project.schemas.count() + 1
    made = LabelSchema.objects.create(project=project, version=version)
    for key in labels:
        label(made, key)
    if is_published:
        made.published_at = timezone.now()
        made.save(update_fields=["published_at"])
    return made


def study(project, patient=None, **fields):
    patient = patient or Patient.objects.get_or_create(project=project, pseudonym=f"P-{next(COUNTER)}")[0]
    uid = fields.pop("study_instance_uid", f"2.25.{uuid.uuid4().int}")
    return Study.objects.create(project=project, patient=patient, study_instance_uid=uid, **fields)


def instance(study, series=None, **fields):
    """An instance whose bytes are not in the storage: for tests that need only the row."""
    series = series or Series.objects.create(study=study, series_instance_uid=f"2.25.{uuid.uuid4().int}", modality="CR")
    digest = hashlib.sha256(str(next(COUNTER)).encode()).hexdigest()
    defaults = {
        "sop_instance_uid": f"2.25.{uuid.uuid4().int}",
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.1",
        "transfer_syntax_uid": "1.2.840.10008.1.2.1",
        "rows": 100,
        "columns": 200,
        "bits": 16,
        "is_signed": False,
        "photometric_interpretation": "MONOCHROME2",
        "deidentification": "test/1",
        "source_digest": digest,
        "content_sha256": digest,
        "content_bytes": 1,
        "pack_sha256": digest,
        "pack_offsets": [0, 1, 2],
    }
    return Instance.objects.create(project=study.project, series=series, **(defaults | fields))


def case(project, with_instance=True, **fields):
    project.refresh_from_db()
    project.last_case_number += 1
    project.save(update_fields=["last_case_number"])
    made = Case.objects.create(project=project, number=project.last_case_number, study=study(project, **fields))
    if with_instance:
        instance(made.study)
    return made


def assignment(case, reader, round=1):
    return Assignment.objects.create(case=case, reader=reader, round=round)


def read(case, reader, schema=None, round=1):
    schema = schema or case.project.schemas.published().last() or globals()["schema"](case.project)
    return Read.objects.create(
        case=case, reader=reader, round=round, assignment=assignment(case, reader, round), schema=schema
    )


def schema_for(project, **fields):
    """The newest published schema of the project, made if there is none."""
    return project.schemas.published().last() or schema(project, **fields)

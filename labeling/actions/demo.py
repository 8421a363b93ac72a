"""The demo project: people, a label schema, real studies where pydicom-data is installed, and a phantom CT."""

import uuid
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from labeling.actions import audit, batches, local_files
from labeling.domain.phantom import chest_ct
from labeling.models import Assignment, Batch, BatchState, Label, LabelSchema, Membership, Project, Role, User

KEY = "DEMO"
BATCH_KEY = uuid.UUID("d3b07384-d9a0-4c9b-8f5e-0de300000001")
ROLES = {"admin": Role.MANAGER, "reader1": Role.READER, "reader2": Role.READER, "adjudicator": Role.ADJUDICATOR}

# Chosen by eye: each shows anatomy, in one transfer syntax each, and none has a name burned into its pixels.
REAL_FILES = (
    "RG1_UNCI.dcm",  # chest CR
    "RG3_UNCI.dcm",  # leg CR
    "MR-SIEMENS-DICOM-WithOverlays.dcm",  # abdomen MR
    "MR2_UNCI.dcm",  # shoulder MR
    "693_UNCI.dcm",  # head CT
    "JPEG-LL.dcm",  # bone scan
    "JPGLosslessP14SV1_1s_1f_8b.dcm",  # echocardiogram
    "emri_small.dcm",  # ten frames of MR in one file
)

CERTAINTY = {"key": "certainty", "name": "Certainty", "kind": "choice", "choices": ["low", "medium", "high"]}
ATTRIBUTE = {"minimum": None, "maximum": None, "unit": "", "is_required": False}
# Colours that people with a colour vision deficiency tell apart (Okabe and Ito).
AREAS = ("box", "polygon", "mask")
LABELS = (
    ("nodule", "Nodule", "SCT:27925004", "#E69F00", ("box", "ellipse", "point", "bidirectional", "mask", "box_3d")),
    ("mass", "Mass", "SCT:4147007", "#56B4E9", ("box", "ellipse", "polygon", "bidirectional", "mask", "box_3d")),
    ("effusion", "Pleural effusion", "SCT:60046008", "#009E73", AREAS),
    ("consolidation", "Consolidation", "SCT:95436008", "#F0E442", AREAS),
    ("pneumothorax", "Pneumothorax", "SCT:36118008", "#D55E00", (*AREAS, "line")),
    ("fracture", "Fracture", "SCT:125605004", "#CC79A7", ("box", "rotated_box", "point", "line", "angle")),
)


def create_demo(*, passwords: Mapping[str, str]) -> Project:
    """Make what is missing of the demo project; existing accounts keep their passwords."""
    people = {name: _person(name, passwords[name]) for name in ROLES}
    project = _project(people)
    _take_in_images(project, people["admin"])
    readers = [people[name] for name, role in ROLES.items() if role == Role.READER]
    wanted = [Assignment(case=case, reader=reader) for case in project.cases.all() for reader in readers]
    Assignment.objects.bulk_create(wanted, ignore_conflicts=True)
    return project


def _person(name: str, password: str) -> User:
    found = User.objects.filter(username=name).first()
    is_admin = name == "admin"
    return found or User.objects.create_user(name, password=password, is_superuser=is_admin, is_staff=is_admin)


def _project(people: Mapping[str, User]) -> Project:
    with transaction.atomic():
        project, is_new = Project.objects.get_or_create(
            key=KEY, defaults={"name": "Demo", "description": "Real studies of pydicom-data and a phantom chest CT."}
        )
        for name, role in ROLES.items():
            Membership.objects.get_or_create(project=project, user=people[name], role=role)
        if not project.schemas.exists():
            _publish_schema(project)
        if is_new:
            audit.record(actor=people["admin"], action="demo_created", project=project, subject=KEY)
    return project


def _publish_schema(project: Project) -> None:
    schema = LabelSchema.objects.create(project=project, version=1)
    for position, (key, name, code, colour, shapes) in enumerate(LABELS):
        Label.objects.create(
            schema=schema,
            position=position,
            key=key,
            name=name,
            code=code,
            colour=colour,
            hotkey=str(position + 1),
            shapes=list(shapes),
            attributes=[CERTAINTY | ATTRIBUTE],
        )
    schema.published_at = timezone.now()
    schema.save(update_fields=["published_at"])


def _take_in_images(project: Project, actor: User) -> None:
    """Through the same door as everybody's files; the batch's key makes a second time find the first."""
    batch: Batch = batches.open_batch(actor=actor, project=project, idempotency_key=BATCH_KEY)
    if batch.state == BatchState.DONE:
        return
    count = 0
    for count, content in enumerate(_images(), 1):
        local_files.send_file(batch=batch, number=count, file=BytesIO(content))
    batches.close_batch(actor=actor, batch=batch, count=count)
    local_files.work_off(batch=batch)


def _images() -> Iterator[bytes]:
    """Production images are built without pydicom-data: the phantom is always there."""
    spec = find_spec("data_store")
    for folder in spec.submodule_search_locations or () if spec else ():
        paths = (Path(folder, "data", name) for name in REAL_FILES)
        yield from (path.read_bytes() for path in paths if path.is_file())
    yield from chest_ct()

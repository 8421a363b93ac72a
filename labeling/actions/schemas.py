"""Label schemas: one draft a project, replaced wholly; published ones never change."""

from dataclasses import asdict

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from labeling.actions import audit
from labeling.domain.labels import LabelDefinition, label_definitions
from labeling.errors import InvalidSchema
from labeling.models import Label, LabelSchema, Project, User


def draft_schema(*, project: Project) -> LabelSchema:
    """The draft of the project; made as a copy of the newest published schema when there is none."""
    with transaction.atomic():
        locked = Project.objects.select_for_update().get(pk=project.pk)
        if draft := locked.schemas.filter(published_at=None).first():
            return draft
        newest = locked.schemas.published().last()
        version = (locked.schemas.aggregate(newest=Max("version"))["newest"] or 0) + 1
        draft = LabelSchema.objects.create(project=locked, version=version)
        copies = list(newest.labels.all()) if newest else []
        for label in copies:
            label.pk, label.schema = None, draft
        Label.objects.bulk_create(copies)
    return draft


def replace_draft(*, project: Project, labels: object) -> LabelSchema:
    """Replace all labels of the draft. `labels` is JSON as it came. Raises InvalidSchema."""
    definitions = label_definitions(labels)
    with transaction.atomic():
        draft = draft_schema(project=project)
        draft = LabelSchema.objects.select_for_update().get(pk=draft.pk)
        draft.labels.all().delete()
        Label.objects.bulk_create(_row(draft, place, label) for place, label in enumerate(definitions))
    return draft


def _row(schema: LabelSchema, place: int, label: LabelDefinition) -> Label:
    values = asdict(label)
    attributes = [attribute | {"choices": list(attribute["choices"])} for attribute in values.pop("attributes")]
    shapes = list(values.pop("shapes"))
    return Label(schema=schema, position=place, attributes=attributes, shapes=shapes, **values)


def publish_draft(*, actor: User, project: Project) -> LabelSchema:
    """Publish the draft for ever: reads that begin from now on use it. Raises InvalidSchema when it is empty."""
    with transaction.atomic():
        draft = project.schemas.select_for_update().filter(published_at=None).first()
        if draft is None or not draft.labels.exists():
            raise InvalidSchema("a schema needs at least one label before it is published")
        draft.published_at = timezone.now()
        draft.save(update_fields=["published_at"])
        audit.record(actor=actor, action="schema.publish", project=project, subject=f"schema {draft.version}")
    return draft

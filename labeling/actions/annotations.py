"""Save and withdraw marks: versions are appended, a stale save is refused and kept, a repeat is answered again."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from labeling.actions.saving import Condition, digest, locked_read, refuse_submitted
from labeling.domain.geometry.shapes import checked_shape
from labeling.domain.labels import Attribute, check_attributes
from labeling.errors import IdempotencyKeyReused, InvalidAnnotation, NotFound, StaleVersion, UnknownLabel
from labeling.models import Annotation, AnnotationVersion, Instance, Label, Read, RefusedSave, User

_KEPT = ("label", "shape", "geometry", "attributes", "instance", "frame", "lesion", "origin")


@dataclass(frozen=True)
class Mark:
    """What a mark says. `geometry` is in pixels of the image, (0, 0) at its outer corner; `frame` counts from 1.

    Marks with the same `lesion` (a UUID) are one lesion, seen on several images; None is a lesion of its own.
    """

    label: str
    shape: str
    geometry: dict[str, Any]
    attributes: dict[str, Any]
    sop_instance_uid: str
    frame: int
    lesion: str | None = None
    origin: str = "drawn"


@dataclass(frozen=True)
class Saved:
    version: AnnotationVersion
    is_new: bool


@dataclass(frozen=True)
class _Request:
    """One save: a mark, or None to withdraw."""

    annotation: Annotation
    condition: Condition
    mark: Mark | None

    @property
    def content(self) -> dict[str, Any]:
        return asdict(self.mark) if self.mark else {"is_withdrawn": True}

    @property
    def digest(self) -> str:
        return digest(self.content, self.condition)


def save_annotation(*, user: User, read_id: int, annotation_id: UUID, mark: Mark, condition: Condition) -> Saved:
    """Append a version of a mark.

    Raises NotFound, ReadSubmitted, StaleVersion (both versions are kept), IdempotencyKeyReused, UnknownLabel and
    InvalidAnnotation.
    """
    with transaction.atomic():
        read = locked_read(user, read_id)
        annotation = _annotation(read, annotation_id, condition)
        answer = _save(read, _Request(annotation, condition, mark))
    return _raise_refusal(answer)


def withdraw_annotation(*, user: User, read_id: int, annotation_id: UUID, condition: Condition) -> Saved:
    """Append a version that takes the mark back; the next save brings it again. Raises as `save_annotation`."""
    with transaction.atomic():
        read = locked_read(user, read_id)
        annotation = read.annotations.filter(pk=annotation_id).first()
        if annotation is None:
            raise NotFound("no such annotation")
        answer = _save(read, _Request(annotation, condition, None))
    return _raise_refusal(answer)


def _annotation(read: Read, annotation_id: UUID, condition: Condition) -> Annotation:
    found = Annotation.objects.filter(pk=annotation_id).first()
    if found is None:
        if condition.base_version is not None:
            raise NotFound("no such annotation")
        found = Annotation.objects.create(pk=annotation_id, read=read)
    if found.read_id != read.pk:
        raise NotFound("no such annotation")
    return found


def _save(read: Read, request: _Request) -> Saved | RefusedSave:
    if earlier := _earlier_answer(request):
        return earlier
    refuse_submitted(read)
    current = request.annotation.versions.select_related("label", "instance").last()
    if (current.version if current else None) != request.condition.base_version:
        return _refuse(request, current)
    return Saved(_append(read, request, current), is_new=current is None)


def _earlier_answer(request: _Request) -> Saved | RefusedSave | None:
    """What this key was answered before, if it was: an answer lost on the way is given again."""
    key = {"idempotency_key": request.condition.idempotency_key}
    version = request.annotation.versions.select_related("label", "instance").filter(**key).first()
    refused = None if version else request.annotation.refused_saves.filter(**key).first()
    found = version or refused
    if found is not None and found.content_digest != request.digest:
        raise IdempotencyKeyReused
    return Saved(version, is_new=version.version == 1) if version else refused


def _refuse(request: _Request, current: AnnotationVersion | None) -> RefusedSave:
    if current is None:  # a row without versions cannot be: both are written in one transaction
        raise NotFound("no such annotation")
    return RefusedSave.objects.create(
        annotation=request.annotation,
        base_version=request.condition.base_version,
        current_version=current.version,
        content=request.content,
        idempotency_key=request.condition.idempotency_key,
        content_digest=request.digest,
    )


def _raise_refusal(answer: Saved | RefusedSave) -> Saved:
    """After the transaction: the refused version must be kept."""
    if isinstance(answer, Saved):
        return answer
    current = answer.annotation.versions.select_related("label", "instance").get(version=answer.current_version)
    raise StaleVersion(
        f"version {current.version} is the newest; both are kept", current=current.as_document(), yours=answer.content
    )


def _append(read: Read, request: _Request, current: AnnotationVersion | None) -> AnnotationVersion:
    if request.mark is not None:
        values = _checked(read, request.mark)
    else:
        assert current is not None  # noqa: S101  # a withdrawal has a base version
        values = {name: getattr(current, name) for name in _KEPT}
        values |= {"is_withdrawn": True}
    return AnnotationVersion.objects.create(
        annotation=request.annotation,
        version=current.version + 1 if current else 1,
        idempotency_key=request.condition.idempotency_key,
        content_digest=request.digest,
        **values,
    )


def _checked(read: Read, mark: Mark) -> dict[str, Any]:
    """The columns of a mark that is possible in this read. Raises UnknownLabel, InvalidAnnotation."""
    label = Label.objects.filter(schema_id=read.schema_id, key=mark.label).first()
    if label is None:
        raise UnknownLabel
    if mark.shape not in label.shapes:
        raise InvalidAnnotation(f"label {label.key} is not drawn as {mark.shape[:16]!r}")
    instance = Instance.objects.of_case(read.case).filter(sop_instance_uid=mark.sop_instance_uid).first()
    if instance is None:
        raise InvalidAnnotation("the case has no such SOP instance")
    if not 1 <= mark.frame <= instance.number_of_frames:
        raise InvalidAnnotation(f"frame {mark.frame} is not one of 1 to {instance.number_of_frames}")
    checked_shape(mark.shape, mark.geometry, instance.columns, instance.rows)
    if mark.shape == "box_3d" and mark.lesion is None:
        raise InvalidAnnotation("a box of a 3D box names its lesion")
    check_attributes(tuple(Attribute(**values) for values in label.attributes), mark.attributes)
    return {
        "label": label,
        "shape": mark.shape,
        "geometry": mark.geometry,
        "attributes": mark.attributes,
        "instance": instance,
        "frame": mark.frame,
        "lesion": mark.lesion,
        "origin": mark.origin,
    }

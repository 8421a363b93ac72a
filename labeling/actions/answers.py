"""Answer labels, of the study, its series and its images, and the case ("no finding" is its answer `absent`)."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from labeling.actions.saving import Condition, digest, locked_read, refuse_submitted
from labeling.errors import IdempotencyKeyReused, InvalidAnswer, StaleVersion, UnknownLabel
from labeling.models import AnswerValue, FindingAnswer, Instance, Label, Read, Scope, Series, User

WHOLE_CASE = "case"
_NAME = re.compile(r"[A-Za-z0-9_-]+(~[0-9.]{1,64}(~[0-9]{1,9})?)?")


@dataclass(frozen=True)
class Answer:
    """`value` None takes the answer back; `reason` is for what cannot be assessed."""

    value: str | None
    reason: str = ""


@dataclass(frozen=True)
class SavedAnswer:
    answer: FindingAnswer
    is_new: bool


@dataclass(frozen=True)
class Target:
    """What an answer is about: a label, for the study, one of its series or one of its frames; or the whole case."""

    label: Label | None
    series: Series | None = None
    instance: Instance | None = None
    frame: int | None = None

    def columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("label", "series", "instance", "frame")}


def save_answer(*, user: User, read_id: int, name: str, answer: Answer, condition: Condition) -> SavedAnswer:
    """Append a version of the answer that `name` names.

    It is "case", a label's key, or for a label about series or images "key~series UID" or "key~SOP UID~frame".
    Raises NotFound, ReadSubmitted, StaleVersion, IdempotencyKeyReused, UnknownLabel and InvalidAnswer.
    """
    with transaction.atomic():
        read = locked_read(user, read_id)
        target = _target(read, name)
        asked = digest([name, asdict(answer)], condition)
        answers = read.answers.select_related("label", "series", "instance")
        earlier = answers.filter(idempotency_key=condition.idempotency_key).first()
        if earlier:
            if earlier.content_digest != asked:
                raise IdempotencyKeyReused
            return SavedAnswer(earlier, is_new=earlier.version == 1)
        refuse_submitted(read)
        _check(answer)
        current = answers.filter(**target.columns()).last()
        if (current.version if current else None) != condition.base_version:
            raise StaleVersion(
                "the answer was given anew since",
                current=current.as_document() if current else None,
                yours=asdict(answer),
            )
        saved = FindingAnswer.objects.create(
            read=read,
            **target.columns(),
            version=current.version + 1 if current else 1,
            value=answer.value or "",
            reason=answer.reason,
            idempotency_key=condition.idempotency_key,
            content_digest=asked,
        )
    return SavedAnswer(saved, is_new=current is None)


def _target(read: Read, name: str) -> Target:
    if not _NAME.fullmatch(name):
        raise InvalidAnswer("the name of the answer is not a label's key, with a UID and a frame if need be")
    key, *place = name.split("~")
    label = _label(read, key)
    if not place:
        return Target(label)
    if label is None or {1: Scope.SERIES, 2: Scope.IMAGE}.get(len(place)) != label.scope:
        raise InvalidAnswer("the label is not about this kind of thing")
    if label.scope == Scope.SERIES:
        shown = Instance.objects.of_case(read.case).values("series")
        series = Series.objects.filter(pk__in=shown, series_instance_uid=place[0]).first()
        if series is None:
            raise InvalidAnswer("the case has no such series")
        return Target(label, series=series)
    return _frame_target(read, label, *place)


def _frame_target(read: Read, label: Label, sop_instance_uid: str, frame: str) -> Target:
    instance = Instance.objects.of_case(read.case).filter(sop_instance_uid=sop_instance_uid).first()
    if instance is None:
        raise InvalidAnswer("the case has no such SOP instance")
    if not 1 <= int(frame) <= instance.number_of_frames:
        raise InvalidAnswer(f"the frame is not one of 1 to {instance.number_of_frames}")
    return Target(label, instance=instance, frame=int(frame))


def _label(read: Read, key: str) -> Label | None:
    if key == WHOLE_CASE:
        return None
    label = Label.objects.filter(schema_id=read.schema_id, key=key).first()
    if label is None:
        raise UnknownLabel
    return label


def _check(answer: Answer) -> None:
    if answer.value is not None and answer.value not in AnswerValue.values:
        raise InvalidAnswer(f"the answer must be one of {', '.join(AnswerValue.values)}, or null")
    if len(answer.reason) > 200 or "\0" in answer.reason:
        raise InvalidAnswer("the reason must be text of at most 200 characters")

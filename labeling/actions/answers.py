"""Answer labels, and the case as a whole ("no finding" is the case's answer `absent`)."""

from dataclasses import asdict, dataclass

from django.db import transaction

from labeling.actions.saving import Condition, digest, locked_read, refuse_submitted
from labeling.errors import IdempotencyKeyReused, InvalidAnswer, StaleVersion, UnknownLabel
from labeling.models import AnswerValue, FindingAnswer, Label, Read, User

WHOLE_CASE = "case"


@dataclass(frozen=True)
class Answer:
    """`value` None takes the answer back; `reason` is for what cannot be assessed."""

    value: str | None
    reason: str = ""


@dataclass(frozen=True)
class SavedAnswer:
    answer: FindingAnswer
    is_new: bool


def save_answer(*, user: User, read_id: int, label_key: str, answer: Answer, condition: Condition) -> SavedAnswer:
    """Append a version of the answer to a label, or to "case".

    Raises NotFound, ReadSubmitted, StaleVersion, IdempotencyKeyReused, UnknownLabel and InvalidAnswer.
    """
    with transaction.atomic():
        read = locked_read(user, read_id)
        label = _label(read, label_key)
        asked = digest([label_key, asdict(answer)], condition)
        earlier = read.answers.select_related("label").filter(idempotency_key=condition.idempotency_key).first()
        if earlier:
            if earlier.content_digest != asked:
                raise IdempotencyKeyReused
            return SavedAnswer(earlier, is_new=earlier.version == 1)
        refuse_submitted(read)
        _check(answer)
        current = read.answers.select_related("label").filter(label=label).last()
        if (current.version if current else None) != condition.base_version:
            raise StaleVersion(
                "the answer was given anew since",
                current=current.as_document() if current else None,
                yours=asdict(answer),
            )
        saved = FindingAnswer.objects.create(
            read=read,
            label=label,
            version=current.version + 1 if current else 1,
            value=answer.value or "",
            reason=answer.reason,
            idempotency_key=condition.idempotency_key,
            content_digest=asked,
        )
    return SavedAnswer(saved, is_new=current is None)


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

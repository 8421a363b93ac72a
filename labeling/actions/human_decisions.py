"""What people decided about de-identification: reviews of pixels, free text that was left. Counted for certificates."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet

from labeling.domain.certificates import Reviews, TextDecisions
from labeling.models import (
    Batch,
    PixelReview,
    PixelReviewState,
    Release,
    ReleaseInstance,
    RemainingText,
    TextDecision,
)


def pixel_reviews_of_batch(batch: Batch) -> Reviews:
    """About files of the batch whose pixels hold text."""
    return _reviews(PixelReview.objects.filter(item__batch=batch))


def text_decisions_of_batch(batch: Batch) -> TextDecisions:
    """About free text that was left in files of the batch."""
    return _texts(RemainingText.objects.filter(uses__instance__items__batch=batch))


def freeze_into(release: Release) -> None:
    """Keep what was decided about the instances that are frozen into a release: what is decided later belongs to later
    releases. Only reviews that let an instance pass are among them: what was rejected or waits is in no release."""
    frozen = ReleaseInstance.objects.filter(release=release).values("instance")
    reviews = _reviews(PixelReview.objects.filter(item__instance__in=frozen, state=PixelReviewState.PASSED))
    texts = _texts(RemainingText.objects.filter(uses__instance__in=frozen))
    release.human_decisions = {"reviews": asdict(reviews), "texts": asdict(texts)}
    release.save(update_fields=["human_decisions"])


def frozen_in(release: Release) -> tuple[Reviews, TextDecisions]:
    """Empty for releases from before decisions were kept."""
    kept = release.human_decisions
    return Reviews(**_tupled(kept.get("reviews", {}))), TextDecisions(**_tupled(kept.get("texts", {})))


def _tupled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _reviews(rows: "QuerySet[PixelReview]") -> Reviews:
    states = Counter(rows.values_list("state", flat=True))
    return Reviews(
        waiting=states[PixelReviewState.WAITING],
        passed=states[PixelReviewState.PASSED],
        rejected=states[PixelReviewState.REJECTED],
        reviewers=_names(rows),
    )


def _texts(rows: "QuerySet[RemainingText]") -> TextDecisions:
    distinct = RemainingText.objects.filter(pk__in=rows.values("pk"))
    decisions = Counter(distinct.values_list("decision", flat=True))
    return TextDecisions(
        waiting=decisions[TextDecision.WAITING],
        kept=decisions[TextDecision.KEPT],
        dropped=decisions[TextDecision.DROPPED],
        approvers=_names(distinct),
    )


def _names(rows: "QuerySet[PixelReview] | QuerySet[RemainingText]") -> tuple[str, ...]:
    found = rows.exclude(decided_by=None).order_by().values_list("decided_by__username", flat=True).distinct()
    return tuple(sorted(found))

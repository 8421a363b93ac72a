"""What people decided stands on certificates: of a batch as it is, of a release as it was frozen."""

import pytest

from labeling.actions import certificates, human_decisions, pixel_reviews, text_approvals
from labeling.domain.certificates import Reviews
from labeling.domain.dicom.pixel_masks import Mask
from labeling.models import Instance, PixelReview, RemainingText
from tests import certificates as made
from tests import phantoms
from tests.batches import take_in
from tests.finder import findings, finds, with_text

pytestmark = pytest.mark.django_db


def held(manager, project, monkeypatch, *, instances):
    """A batch whose images all wait for a look."""
    finds(monkeypatch, findings((6, 4, 66, 18)))
    items = take_in(manager, project, *(with_text(instance=number, study=number) for number in instances))
    return items[0].batch


def decide(manager, *, passed, rejected):
    reviews = list(PixelReview.objects.order_by("pk"))
    for review in reviews[:passed]:
        pixel_reviews.pass_with_masks(actor=manager, review=review, masks=(Mask(6, 4, 66, 18),))
    for review in reviews[passed : passed + rejected]:
        pixel_reviews.reject(actor=manager, review=review, reason="document")


def test_a_batch_counts_reviews_by_their_state_and_names_who_decided(manager, project, monkeypatch):
    batch = held(manager, project, monkeypatch, instances=(1, 2, 3, 4))
    decide(manager, passed=2, rejected=1)
    assert human_decisions.pixel_reviews_of_batch(batch) == Reviews(1, 2, 1, ("manager",))


def test_a_batch_counts_its_texts_once_however_many_files_hold_them(manager, project):
    items = take_in(manager, project, *phantoms.ct_series(slices=3))
    texts = list(RemainingText.objects.order_by("pk"))
    assert len(texts) >= 2
    text_approvals.keep(actor=manager, project=project, texts=[texts[0].pk])
    decisions = human_decisions.text_decisions_of_batch(items[0].batch)
    assert (decisions.kept, decisions.waiting, decisions.approvers) == (1, len(texts) - 1, ("manager",))


def test_a_release_says_what_had_been_decided_when_it_was_frozen(manager, project):
    take_in(manager, project, *phantoms.ct_series(slices=2))
    release = made.release(project, manager, Instance.objects.all())
    human_decisions.freeze_into(release)
    before = certificates.release_certificate_content(release)
    text_approvals.keep(actor=manager, project=project, texts=list(RemainingText.objects.values_list("pk", flat=True)))
    assert certificates.release_certificate_content(release) == before
    assert before["text_decisions"]["waiting"] > 0
    later = made.release(project, manager, Instance.objects.all(), number=2)
    human_decisions.freeze_into(later)
    assert certificates.release_certificate_content(later)["text_decisions"]["waiting"] == 0

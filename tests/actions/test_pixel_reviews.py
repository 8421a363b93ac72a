"""Images with text burned in are held, in no catalogue, until somebody passes them with masks or rejects them."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from pydicom import dcmread

from labeling import intake
from labeling.actions import batches, consistency, ingest, pixel_reviews, reads, sweep
from labeling.domain.dicom.pixel_masks import Mask
from labeling.errors import CaseHeld, InvalidMasks, InvalidReason, ReviewDecided
from labeling.models import (
    Assignment,
    AuditEvent,
    BatchItem,
    BatchState,
    Case,
    Instance,
    ItemState,
    PixelReview,
    User,
)
from labeling.storage import content_key, storage
from tests import builders, finder, phantoms
from tests.batches import take_in

pytestmark = pytest.mark.django_db

MASK = Mask(*finder.TEXT)


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """What is done after COMMIT is done at the end of each step."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def unsure(monkeypatch):
    finder.finds(monkeypatch, finder.findings(finder.TEXT, names=("first", "maximum")))


@pytest.fixture
def held(manager, project, unsure, commits):
    """The review of an image that is held."""
    with commits():
        take_in(manager, project, finder.with_text())
    return PixelReview.objects.get()


def work_off(review, commits):
    with commits():
        while ingest.ingest_chunk(review.item.batch_id):
            pass
    review.refresh_from_db()
    return BatchItem.objects.select_related("instance").get(pk=review.item_id)


def stored_in(area):
    return [stored.key for stored in storage().iterate(area)]


def audited(action):
    return AuditEvent.objects.filter(action=action)


def test_what_the_finder_is_unsure_of_waits_encrypted_and_in_no_catalogue(held):
    item = held.item
    assert (item.state, item.outcome, item.reason) == ("done", "quarantined", "text_in_pixels")
    assert Instance.objects.count() == Case.objects.count() == 0
    assert stored_in("content") == stored_in("frames") == []
    assert intake.content(item.pk, item.pieces) == finder.with_text()
    assert (held.state, held.modality, held.rows, held.columns) == ("waiting", "CR", 60, 100)
    assert held.proposals == [[*finder.TEXT, 0.7]]
    shown = finder.preview(shade=40)
    assert held.previews[0] == {"name": "first", "bytes": len(shown)}
    assert intake.get_preview(item.pk, 1) == shown
    assert len(stored_in("review")) == 2
    assert shown[:12] not in storage().read(intake.preview_key(item.pk, 1))
    assert audited("pixel_review.hold").get().details == {"item": item.pk, "proposals": 1}


def test_uids_of_a_review_are_pseudonyms(held):
    source = dcmread(BytesIO(finder.with_text()))
    assert held.study_instance_uid != source.StudyInstanceUID
    assert held.series_instance_uid != source.SeriesInstanceUID


def test_what_the_finder_is_sure_of_is_masked_without_a_person(manager, project, monkeypatch):
    finder.finds(monkeypatch, finder.findings(finder.TEXT, is_sure=True))
    [item] = take_in(manager, project, finder.with_text())
    assert (item.outcome, item.reason) == ("accepted", "")
    assert PixelReview.objects.count() == 0
    assert is_black(item.instance, MASK)


def is_black(instance, mask):
    pixels = dcmread(BytesIO(storage().read(content_key(instance.content_sha256)))).pixel_array
    assert pixels[mask.bottom :].any()
    return not pixels[mask.top : mask.bottom, mask.left : mask.right].any()


def test_a_passed_image_goes_in_with_its_masks_burned_in(held, manager, commits):
    with commits():
        pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK])
    assert stored_in("review") == []
    held.item.refresh_from_db()
    assert (held.item.state, held.item.outcome, held.item.expires_at) == ("received", "", None)
    item = work_off(held, commits)
    assert (item.outcome, item.reason) == ("accepted", "")
    assert is_black(item.instance, MASK)
    assert stored_in("intake") == []
    assert (held.state, held.masks, held.decided_by) == ("passed", [MASK.to_json()], manager)
    assert audited("pixel_review.pass").get().details == {"item": item.pk, "masks": 1, "others": 0}


def test_nothing_burned_in_is_an_answer(held, manager, commits):
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])
    item = work_off(held, commits)
    assert item.outcome == "accepted"
    assert not is_black(item.instance, MASK)


def test_a_done_batch_is_done_again_when_its_passed_image_is_in(held, manager, commits):
    batch = held.item.batch
    assert batch.state == BatchState.DONE
    assert batches.counts(batch)["quarantined"] == 1
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])
    batch.refresh_from_db()
    assert (batch.state, batch.done_at) == (BatchState.CLOSED, None)
    counts = batches.counts(batch)
    assert (counts["waiting"], counts["quarantined"]) == (1, 0)
    work_off(held, commits)
    batch.refresh_from_db()
    counts = batches.counts(batch)
    assert (batch.state, counts["accepted"], counts["waiting"]) == (BatchState.DONE, 1, 0)


def test_a_batch_that_is_still_open_stays_open(held, manager):
    held.item.batch.state = BatchState.OPEN
    held.item.batch.save()
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])
    held.item.batch.refresh_from_db()
    assert held.item.batch.state == BatchState.OPEN


def test_when_every_message_is_lost_the_sweeper_wakes_the_passed_image(held, manager, commits, monkeypatch):
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])  # outside `commits`: no message goes out
    woken = []
    monkeypatch.setattr(sweep, "enqueue", lambda name, pk, queue: woken.append((name, pk)))
    sweep.sweep_batches()
    assert woken == [("ingest_batch", held.item.batch_id)]


def test_a_worker_killed_over_a_passed_image_is_followed_by_another(held, manager, commits):
    BatchItem.objects.filter(pk=held.item_id).update(attempts=3)
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK])
    gone = {"state": ItemState.PROCESSING, "lease_until": timezone.now() - timedelta(seconds=1)}
    BatchItem.objects.filter(pk=held.item_id).update(attempts=4, **gone)
    item = work_off(held, commits)
    assert (item.outcome, item.attempts) == ("accepted", 5)


def test_a_passed_image_that_kills_three_workers_is_given_up(held, manager, commits):
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])
    held.refresh_from_db()
    gone = {"state": ItemState.PROCESSING, "lease_until": timezone.now() - timedelta(seconds=1)}
    BatchItem.objects.filter(pk=held.item_id).update(attempts=held.attempts_before + 3, **gone)
    item = work_off(held, commits)
    assert (item.outcome, item.reason) == ("quarantined", "worker_lost")
    assert Instance.objects.count() == 0


def test_previews_left_by_a_process_that_died_after_commit_go_with_the_bytes(held, manager, commits):
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])  # what follows COMMIT is not done
    assert len(stored_in("review")) == 2
    work_off(held, commits)
    assert stored_in("review") == []


def test_the_same_decision_again_changes_nothing(held, manager, commits):
    first = pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK])
    work_off(held, commits)
    again = pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK])
    assert again.review.decided_at == first.review.decided_at
    assert audited("pixel_review.pass").count() == 1
    assert BatchItem.objects.get(pk=held.item_id).outcome == "accepted"


def test_a_review_is_not_decided_twice_in_two_ways(held, manager):
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK])
    with pytest.raises(ReviewDecided) as refused:
        pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])
    assert refused.value.extra == {"state": "passed", "decided_by": "manager"}
    for decide in (pixel_reviews.reject, pixel_reviews.pass_series):
        how = {"reason": "document"} if decide is pixel_reviews.reject else {"masks": []}
        with pytest.raises(ReviewDecided):
            decide(actor=manager, review=held, **how)
    held.refresh_from_db()
    assert held.masks == [MASK.to_json()]


@pytest.mark.parametrize("box", [(-1, 0, 5, 5), (0, 0, 101, 5), (0, 0, 5, 61), (5, 5, 5, 9), (9, 5, 5, 9)])
def test_masks_lie_within_the_image(box, held, manager):
    with pytest.raises(InvalidMasks):
        pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[Mask(*box)])
    held.refresh_from_db()
    assert held.state == "waiting"


def test_an_image_has_at_most_200_masks(held, manager):
    with pytest.raises(InvalidMasks):
        pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK] * 201)
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK] * 200)


def test_a_rejected_image_is_destroyed(held, manager, commits):
    with commits():
        pixel_reviews.reject(actor=manager, review=held, reason="document")
    item = BatchItem.objects.get(pk=held.item_id)
    assert (item.state, item.outcome, item.reason) == ("done", "rejected", "rejected_in_review")
    assert stored_in("review") == stored_in("intake") == []
    held.refresh_from_db()
    assert (held.state, held.reason, held.decided_by, held.masks) == ("rejected", "document", manager, [])
    assert audited("pixel_review.reject").get().details == {"item": item.pk, "reason": "document"}
    pixel_reviews.reject(actor=manager, review=held, reason="document")
    assert audited("pixel_review.reject").count() == 1
    with pytest.raises(ReviewDecided):
        pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[])


@pytest.mark.parametrize("reason", ["", "expired", "because"])
def test_an_image_is_rejected_for_a_reason_of_the_list(reason, held, manager):
    with pytest.raises(InvalidReason):
        pixel_reviews.reject(actor=manager, review=held, reason=reason)


def test_what_nobody_decided_on_is_destroyed_with_its_reason(held, commits):
    sweep.sweep_bytes()
    pixel_reviews.expire_reviews()
    held.refresh_from_db()
    assert held.state == "waiting"
    BatchItem.objects.filter(pk=held.item_id).update(expires_at=timezone.now() - timedelta(seconds=1))
    sweep.sweep_bytes()
    assert stored_in("intake"), "the review ends first"
    with commits():
        pixel_reviews.expire_reviews()
    held.refresh_from_db()
    held.item.refresh_from_db()
    assert (held.state, held.reason, held.decided_by) == ("rejected", "expired", None)
    assert (held.item.outcome, held.item.reason) == ("rejected", "expired_in_review")
    assert stored_in("review") == stored_in("intake") == []


def series(manager, project, commits):
    """Three images of one series and size, one of another size, one of another series."""
    files = [finder.with_text(instance=number) for number in (1, 2, 3)]
    with commits():
        take_in(manager, project, *files, finder.with_text(instance=4, columns=120), finder.with_text(series=2))
    return list(PixelReview.objects.order_by("pk"))


def test_one_key_passes_what_is_alike_in_the_series(manager, project, unsure, commits):
    first, second, third, *others = series(manager, project, commits)
    with commits():
        decided = pixel_reviews.pass_series(actor=manager, review=second, masks=[MASK])
    assert (decided.review.pk, decided.others) == (second.pk, 2)
    states = dict(PixelReview.objects.values_list("pk", "state"))
    assert [states[review.pk] for review in (first, second, third)] == ["passed"] * 3
    assert [states[review.pk] for review in others] == ["waiting"] * 2
    assert audited("pixel_review.pass").get().details["others"] == 2
    assert pixel_reviews.pass_series(actor=manager, review=second, masks=[MASK]).others == 2
    assert audited("pixel_review.pass").count() == 1
    work_off(first, commits)
    assert [is_black(instance, MASK) for instance in Instance.objects.all()] == [True] * 3
    assert len(stored_in("review")) == 4


def test_a_series_passed_again_takes_what_has_come_since(manager, project, unsure, commits):
    first, *_ = series(manager, project, commits)
    pixel_reviews.pass_with_masks(actor=manager, review=first, masks=[MASK])
    assert pixel_reviews.pass_series(actor=manager, review=first, masks=[MASK]).others == 2


def test_the_same_file_does_not_wait_twice(held, manager, project):
    [item] = take_in(manager, project, finder.with_text())
    assert (item.outcome, item.reason) == ("duplicate", "same_file_waits")
    assert PixelReview.objects.count() == 1


def test_a_known_image_is_not_held_again(manager, project, monkeypatch, unsure, commits):
    plain = finder.with_text()
    with commits():
        take_in(manager, project, plain)
        pixel_reviews.pass_with_masks(actor=manager, review=PixelReview.objects.get(), masks=[])
    work_off(PixelReview.objects.get(), commits)
    wrapped = bytes(range(128)) + plain[128:]
    said = [(item.outcome, item.reason) for item in take_in(manager, project, plain, wrapped)]
    assert said[0] == ("duplicate", "same_file")
    assert said[1][0] in ("duplicate", "conflict")
    assert PixelReview.objects.count() == 1


def test_a_decided_review_never_changes(held, manager):
    pixel_reviews.reject(actor=manager, review=held, reason="person")
    for change in (lambda: PixelReview.objects.update(reason="other"), lambda: PixelReview.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "change",
    [
        {"state": "passed"},
        {"state": "rejected", "reason": "", "decided_at": timezone.now()},
        {"masks": [[0, 0, 1, 1]]},
        {"reason": "other"},
        {"state": "rejected", "reason": "other", "decided_at": timezone.now()},
    ],
)
def test_the_database_refuses_half_a_decision(change, held):
    with pytest.raises(IntegrityError), transaction.atomic():
        PixelReview.objects.filter(pk=held.pk).update(**change)


def test_rows_and_files_agree_while_an_image_waits_and_after(held, manager, commits):
    assert consistency.check(grace_seconds=0).to_json()["is_consistent"]
    storage().delete(intake.preview_key(held.item_id, 2))
    assert consistency.check(grace_seconds=0).rows_without_files == [intake.preview_key(held.item_id, 2)]
    intake.put_preview(99999, 1, b"nobody's")
    assert consistency.check(grace_seconds=0).files_without_rows == [intake.preview_key(99999, 1)]
    intake.release_previews(99999)
    with commits():
        pixel_reviews.reject(actor=manager, review=held, reason="other")
    assert consistency.check(grace_seconds=0).to_json()["is_consistent"]


def test_reviews_are_seen_by_managers_of_the_project_alone(held, manager, reader, stranger):
    adjudicator = builders.member(held.project, "adjudicator")
    visible = {user: PixelReview.objects.visible_to(user).count() for user in (manager, reader, stranger, adjudicator)}
    assert visible == {manager: 1, reader: 0, stranger: 0, adjudicator: 0}
    assert PixelReview.objects.visible_to(User(is_superuser=True)).count() == 1


def test_a_case_with_held_images_is_not_offered_and_not_begun(held, project, manager, reader, commits):
    builders.schema(project)
    pixel_reviews.pass_with_masks(actor=manager, review=held, masks=[MASK])
    work_off(held, commits)
    take_in(manager, project, finder.with_text(instance=2))
    waiting = PixelReview.objects.waiting().get()
    case = Case.objects.for_list().get()
    assert case.held == 1
    assignment = builders.assignment(case, reader)
    assert reads.next_assignment(reader) is None
    assert [row["held"] for row in Assignment.objects.with_progress("reader")] == [1]
    with pytest.raises(CaseHeld):
        reads.start_read(user=reader, assignment_id=assignment.pk)
    pixel_reviews.reject(actor=manager, review=waiting, reason="unusable")
    assert reads.next_assignment(reader) == assignment
    assert reads.start_read(user=reader, assignment_id=assignment.pk).case == case


def test_a_read_that_was_begun_goes_on_when_another_image_is_held(project, manager, reader, monkeypatch):
    builders.schema(project)
    take_in(manager, project, phantoms.radiograph())
    assignment = builders.assignment(Case.objects.get(), reader)
    read = reads.start_read(user=reader, assignment_id=assignment.pk)
    finder.finds(monkeypatch, finder.findings(finder.TEXT))
    take_in(manager, project, finder.with_text(instance=2))
    assert reads.next_assignment(reader) == assignment
    assert reads.start_read(user=reader, assignment_id=assignment.pk) == read

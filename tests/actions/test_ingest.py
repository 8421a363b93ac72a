"""Every file of a batch ends with an outcome and a reason, and nothing identifying stays behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import intake
from labeling.actions import batches, ingest, sweep
from labeling.models import BatchItem, BatchState, Case, Instance, ItemState, Patient, Study
from labeling.storage import content_key, pack_key, storage
from tests import archives, builders, phantoms
from tests.batches import send, take_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def commits(django_capture_on_commit_callbacks):
    """What is done after COMMIT is done at the end of each step."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def outcomes(manager, project, *contents):
    return [(item.outcome, item.reason) for item in take_in(manager, project, *contents)]


def waiting():
    return [stored.key for stored in storage().iterate("intake")]


def test_a_radiograph_becomes_an_instance_of_a_case(manager, project, commits):
    with commits():
        [item] = take_in(manager, project, phantoms.radiograph())
    assert (item.outcome, item.reason) == ("accepted", "")
    instance = item.instance
    assert instance.series.study.case.code == "CXR-1"
    assert storage().size(content_key(instance.content_sha256)) == instance.content_bytes
    assert storage().size(pack_key(instance.pack_sha256)) == instance.pack_offsets[-1]
    assert waiting() == []


def test_a_series_is_one_study_one_case_one_patient(manager, project):
    items = take_in(manager, project, *phantoms.ct_series(slices=5))
    assert {item.outcome for item in items} == {"accepted"}
    assert (Patient.objects.count(), Study.objects.count(), Case.objects.count()) == (1, 1, 1)
    assert Instance.objects.count() == 5


def test_cases_are_numbered_as_studies_come(manager, project):
    take_in(manager, project, *(phantoms.radiograph(study=n) for n in range(1, 4)))
    assert list(Case.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ("rejected", "empty_file")),
        (b"%PDF-1.4 not an image at all" * 20, ("rejected", "not_dicom")),
        (phantoms.radiograph()[:-500], ("rejected", "truncated")),
        (phantoms.file_bytes(phantoms.dataset()), ("rejected", "no_pixels")),
        (archives.encrypted(), ("rejected", "encrypted_archive")),
        (archives.overlapping(), ("rejected", "archive_bomb")),
        (archives.of([("../../a.dcm", b"x")]), ("rejected", "unsafe_archive")),
        (archives.link(), ("rejected", "unsafe_archive")),
        (archives.of([("a", b"x")])[:-5], ("rejected", "broken_archive")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_bad_input_is_refused_with_its_reason_and_stops_nothing(content, said, manager, project, commits):
    with commits():
        assert outcomes(manager, project, content, phantoms.radiograph()) == [said, ("accepted", "")]
    assert waiting() == []


def test_what_a_person_may_act_on_is_kept_encrypted_for_a_while(manager, project, commits):
    content = phantoms.radiograph(change=lambda ds: ds.__delattr__("SeriesInstanceUID"))
    with commits():
        [item] = take_in(manager, project, content)
    assert (item.outcome, item.reason) == ("quarantined", "missing_uid")
    assert intake.content(item.pk, item.pieces) == content
    [key] = waiting()
    assert phantoms.NAME.encode() not in storage().read(key)
    BatchItem.objects.filter(pk=item.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    sweep.sweep_bytes()
    assert waiting() == []
    item.refresh_from_db()
    assert (item.outcome, item.intake_key) == ("quarantined", "")


def test_a_batch_sent_twice_gives_duplicates_and_nothing_new(manager, project):
    series = phantoms.ct_series(slices=3)
    take_in(manager, project, *series)
    assert outcomes(manager, project, *series) == [("duplicate", "same_file")] * 3
    assert Instance.objects.count() == 3


def test_the_same_image_in_another_wrapping_is_a_duplicate(manager, project):
    plain = phantoms.radiograph()
    wrapped = bytes(range(128)) + plain[128:]
    assert outcomes(manager, project, plain, wrapped) == [("accepted", ""), ("duplicate", "same_content")]


def test_other_content_under_a_known_uid_is_a_conflict_and_the_first_is_kept(manager, project):
    first, second = take_in(manager, project, phantoms.radiograph(), phantoms.radiograph(rows=61))
    assert (second.outcome, second.reason) == ("conflict", "other_content_under_this_uid")
    assert second.instance == first.instance
    assert Instance.objects.get().rows == 60


def test_a_study_under_another_patient_goes_to_quarantine(manager, project):
    said = outcomes(manager, project, phantoms.radiograph(), phantoms.radiograph(patient="MRN-2", instance=2))
    assert said[1] == ("quarantined", "patient_mismatch")
    assert Patient.objects.count() == 1
    assert len(list(storage().iterate("content"))) == 1


def test_projects_do_not_see_each_others_images(manager, project):
    other = builders.project(key="OTHER2")
    take_in(manager, project, phantoms.radiograph())
    assert outcomes(manager, other, phantoms.radiograph()) == [("accepted", "")]
    assert Case.objects.get(project=other).number == 1


def test_an_archive_gives_its_members_as_items(manager, project, commits):
    members = [(f"{phantoms.NAME}/IM{n}", content) for n, content in enumerate(phantoms.ct_series(slices=2))]
    inner = archives.of([("b", b"c")])
    with commits():
        items = take_in(manager, project, archives.of([*members, ("readme.txt", b"hello"), ("inner.zip", inner)]))
    assert [(item.archive_id and item.number, item.outcome, item.reason) for item in items] == [
        (None, "accepted", "archive"),
        (1, "accepted", ""),
        (2, "accepted", ""),
        (3, "rejected", "not_dicom"),
        (4, "rejected", "nested_archive"),
    ]
    counts = batches.counts(items[0].batch)
    assert (counts["accepted"], counts["rejected"], counts["archives"]) == (2, 2, 1)
    assert waiting() == []


def test_a_damaged_member_is_refused_alone(manager, project):
    assert outcomes(manager, project, archives.damaged()) == [
        ("accepted", "archive"),
        ("rejected", "broken_archive"),
        ("rejected", "not_dicom"),
    ]


def test_an_archive_in_many_pieces_is_read_like_one(manager, project):
    content = archives.of([(str(n), file) for n, file in enumerate(phantoms.ct_series(slices=3))])
    items = take_in(manager, project, content, piece_bytes=1000)
    assert [item.outcome for item in items] == ["accepted"] * 4


def test_expanding_an_archive_again_after_a_kill_doubles_nothing(manager, project):
    batch = batches.open_batch(actor=manager, project=project)
    item = send(batch, 1, archives.of([("a", phantoms.radiograph()), ("b", phantoms.radiograph(study=2))]))
    batches.close_batch(actor=manager, batch=batch, count=1)
    half = BatchItem.objects.create(batch=batch, archive=item, number=2, length=len(phantoms.radiograph(study=2)))
    intake.put_piece(half.pk, 0, b"half a member")
    while ingest.ingest_chunk(batch.pk):
        pass
    assert [i.outcome for i in BatchItem.objects.filter(batch=batch)] == ["accepted"] * 3
    assert Instance.objects.count() == 2


def abandoned_by_its_worker(batch, number, attempts):
    """As a killed worker leaves an item: claimed, its lease run out."""
    BatchItem.objects.filter(batch=batch, number=number).update(
        state=ItemState.PROCESSING, attempts=attempts, lease_until=timezone.now() - timedelta(seconds=1)
    )


def test_what_a_killed_worker_held_is_taken_up_again(manager, project):
    batch = batches.open_batch(actor=manager, project=project)
    send(batch, 1, phantoms.radiograph())
    abandoned_by_its_worker(batch, 1, attempts=1)
    assert ingest.ingest_chunk(batch.pk) == 1
    item = batch.items.get()
    assert (item.outcome, item.attempts) == ("accepted", 2)


def test_a_file_that_killed_three_workers_is_given_up(manager, project):
    batch = batches.open_batch(actor=manager, project=project)
    send(batch, 1, phantoms.radiograph())
    abandoned_by_its_worker(batch, 1, attempts=3)
    ingest.ingest_chunk(batch.pk)
    item = batch.items.get()
    assert (item.outcome, item.reason) == ("quarantined", "worker_lost")


def test_what_another_worker_holds_is_left_alone(manager, project):
    batch = batches.open_batch(actor=manager, project=project)
    send(batch, 1, phantoms.radiograph())
    BatchItem.objects.update(state=ItemState.PROCESSING, attempts=1, lease_until=timezone.now() + timedelta(seconds=9))
    assert ingest.ingest_chunk(batch.pk) == 0


def test_uploads_that_nobody_went_on_with_end_after_a_week(manager, project, commits):
    batch = batches.open_batch(actor=manager, project=project)
    batches.receive_piece(batch=batch, piece=batches.Piece(1, 0, 100, b"Zwetschkenbaum"))
    sweep.sweep_abandoned()
    assert batch.items.get().state == ItemState.RECEIVING
    batch.created_at = timezone.now() - timedelta(days=8)
    batch.save()
    with commits():
        sweep.sweep_abandoned()
        sweep.sweep_batches()
    batch.refresh_from_db()
    assert (batch.items.get().reason, batch.state) == ("abandoned", BatchState.DONE)
    assert waiting() == []


def test_bytes_left_by_a_worker_that_died_after_commit_are_destroyed(manager, project):
    # Outside `commits`, nothing that follows COMMIT is done: as if the worker died there.
    take_in(manager, project, phantoms.radiograph())
    assert waiting()
    sweep.sweep_bytes()
    assert waiting(), "a worker that settled it a moment ago is about to do it"
    BatchItem.objects.update(done_at=timezone.now() - timedelta(minutes=2))
    sweep.sweep_bytes()
    assert waiting() == []

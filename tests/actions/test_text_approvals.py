"""Free text is listed once, decided once, and what is dropped is gone from every file, from rows and from storage."""

import dataclasses
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from labeling.actions import consistency, text_approvals, text_removals
from labeling.actions.releases import Wish, create_release
from labeling.domain.dicom.deidentification.report import Report
from labeling.errors import NotFound
from labeling.models import (
    AuditEvent,
    Instance,
    ReadState,
    ReleaseInstance,
    RemainingText,
    RemainingTextUse,
    Series,
    Study,
)
from labeling.storage import content_key, storage
from tests import builders, phantoms, remaining_texts
from tests.batches import take_in
from tests.remaining_texts import content, file_with

pytestmark = pytest.mark.django_db

NAME = ("StudyDescription", "THORAX JANE")
VIEW = ("SeriesDescription", "PA VIEW")


@pytest.fixture
def batch(manager, project):
    return remaining_texts.open_batch(manager, project)


def reporting(prepared, *texts):
    """The file as it is, with another report."""
    return dataclasses.replace(prepared, report=Report(texts=texts))


def listed(batch):
    return [(row.keyword, row.value, row.files, row.decision) for row in RemainingText.objects.of_batch(batch)]


def ids(*values):
    return list(RemainingText.objects.filter(value__in=values).values_list("pk", flat=True))


def drop(manager, project, *values):
    assert text_approvals.drop(actor=manager, project=project, texts=ids(*values)) == len(values)


def states():
    return sorted(RemainingTextUse.objects.values_list("state", flat=True))


def test_each_value_is_listed_once_with_its_files_the_most_frequent_first(batch):
    for texts in ([VIEW], [VIEW, NAME], [VIEW]):
        file_with(batch, *texts)
    assert listed(batch) == [(*VIEW, 3, "waiting"), (*NAME, 1, "waiting")]
    assert RemainingText.objects.of_batch(batch).count() == 2


def test_a_batch_lists_its_own_files_alone(batch, manager, project):
    file_with(batch, VIEW)
    other = remaining_texts.open_batch(manager, project)
    file_with(other, VIEW, NAME)
    assert listed(batch) == [(*VIEW, 1, "waiting")]
    assert listed(other) == [(*VIEW, 1, "waiting"), (*NAME, 1, "waiting")]


def test_one_value_under_two_attributes_is_two_questions(batch):
    file_with(batch, ("StudyDescription", "CHEST"), ("SeriesDescription", "CHEST"))
    assert len(listed(batch)) == 2


def test_padding_and_what_a_database_cannot_keep_make_no_difference(batch):
    for number, value in enumerate((" PA VIEW ", "PA VIEW\0", "PA VIEW"), 1):
        made = remaining_texts.prepared(VIEW, instance=number)
        remaining_texts.filed(batch, reporting(made, ("SeriesDescription", value), ("ImageComments", " \0")))
    assert listed(batch) == [(*VIEW, 3, "waiting")]


def test_what_is_kept_needs_no_new_look(batch, manager, project):
    first = file_with(batch, VIEW)
    before = content(first)
    assert text_approvals.keep(actor=manager, project=project, texts=ids("PA VIEW")) == 1
    file_with(batch, VIEW)
    assert listed(batch) == [(*VIEW, 2, "kept")]
    assert content(first) == before


def test_what_is_dropped_is_gone_from_files_rows_and_storage(batch, manager, project):
    files = [file_with(batch, NAME, VIEW) for _ in range(3)]
    old = [row.content_sha256 for row in files]
    drop(manager, project, "THORAX JANE")
    assert text_removals.drop_texts(project.pk) == 3
    for row, sha256 in zip(files, old, strict=True):
        assert b"JANE" not in content(row)
        assert b"PA VIEW" in content(row)
        assert not storage().exists(content_key(sha256))
    assert Study.objects.get().description == ""
    assert Series.objects.get().description == "PA VIEW"
    assert not RemainingText.objects.filter(value__contains="JANE").exists()
    assert listed(batch) == [("SeriesDescription", "PA VIEW", 3, "waiting"), ("StudyDescription", "", 3, "dropped")]
    assert consistency.check(grace_seconds=0).to_json()["is_consistent"]


def test_dropping_is_one_audit_event_with_counts_and_no_value(batch, manager, project):
    file_with(batch, NAME, VIEW)
    drop(manager, project, "THORAX JANE", "PA VIEW")
    event = AuditEvent.objects.get(action="texts_dropped")
    assert event.details == {"texts": 2, "keywords": ["SeriesDescription", "StudyDescription"]}
    assert event.actor == manager


def test_what_is_kept_may_be_dropped_later_but_not_the_other_way_round(batch, manager, project):
    file_with(batch, NAME)
    [pk] = ids("THORAX JANE")
    assert text_approvals.keep(actor=manager, project=project, texts=[pk]) == 1
    assert text_approvals.drop(actor=manager, project=project, texts=[pk]) == 1
    assert text_approvals.keep(actor=manager, project=project, texts=[pk]) == 0
    assert RemainingText.objects.get().decision == "dropped"


@pytest.mark.parametrize("action", [text_approvals.keep, text_approvals.drop])
def test_texts_of_another_project_are_not_there(action, batch, manager, project):
    file_with(batch, NAME)
    other = builders.project(key="OTHER2")
    with pytest.raises(NotFound):
        action(actor=manager, project=other, texts=ids("THORAX JANE"))
    assert RemainingText.objects.get().decision == "waiting"
    assert not AuditEvent.objects.filter(action__startswith="texts_").exists()


def test_a_drop_touches_no_other_project(batch, manager, project):
    mine = file_with(batch, NAME)
    elsewhere = remaining_texts.open_batch(manager, builders.project(key="OTHER2"))
    theirs = remaining_texts.filed(elsewhere, remaining_texts.prepared(NAME))
    assert mine.content_sha256 == theirs.content_sha256
    drop_ids = list(RemainingText.objects.filter(project=project).values_list("pk", flat=True))
    text_approvals.drop(actor=manager, project=project, texts=drop_ids)
    text_removals.drop_texts(project.pk)
    assert b"JANE" not in content(mine)
    assert b"JANE" in content(theirs)
    assert listed(elsewhere) == [(*NAME, 1, "waiting")]


def test_a_value_that_was_dropped_is_taken_out_when_it_comes_again(manager, project):
    [first] = take_in(manager, project, phantoms.radiograph())
    assert ("StudyDescription", "Thorax", 1, "waiting") in listed(first.batch)
    drop(manager, project, "Thorax")
    text_removals.drop_texts(project.pk)
    assert b"Thorax" not in content(first.instance)
    new, same = take_in(manager, project, phantoms.radiograph(instance=77), phantoms.radiograph())
    assert b"Thorax" not in content(new.instance)
    assert Study.objects.get().description == ""
    assert (same.outcome, same.instance) == ("duplicate", first.instance)
    assert ("StudyDescription", "", 1, "dropped") in listed(new.batch), "of the file that was sent again"
    assert not RemainingText.objects.filter(value="Thorax").exists()


def test_a_file_that_was_read_before_the_drop_is_cleaned_after_it(batch, manager, project):
    file_with(batch, NAME)
    late = remaining_texts.prepared(NAME, instance=50)
    drop(manager, project, "THORAX JANE")
    text_removals.drop_texts(project.pk)
    assert RemainingText.objects.get().value == ""
    row = remaining_texts.filed(batch, late)
    assert b"JANE" in content(row)
    assert text_removals.drop_texts(project.pk) == 1
    assert b"JANE" not in content(row)
    assert Study.objects.get().description == ""
    assert RemainingText.objects.get().value == ""


# Work that is cut short


def test_a_drop_that_was_cut_short_anywhere_is_finished(batch, manager, project, monkeypatch):
    row = file_with(batch, NAME)
    old = row.content_sha256
    drop(manager, project, "THORAX JANE")

    def killed(*_, **__):
        raise KeyboardInterrupt

    for place in ("remove_texts_in_sandbox", "_replace", "_destroy_replaced"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(text_removals, place, killed)
            text_removals.drop_texts(project.pk)
        RemainingTextUse.objects.filter(state="to_drop").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert storage().exists(content_key(old))
    assert consistency.check(grace_seconds=0).to_json()["is_consistent"]
    text_removals.drop_texts(project.pk)
    assert not storage().exists(content_key(old))
    assert b"JANE" not in content(row)
    assert states() == ["dropped"]


def test_the_sweeper_wakes_what_waits_and_leaves_what_is_leased(batch, manager, project, monkeypatch):
    woken = []
    monkeypatch.setattr(text_removals, "enqueue", lambda *call: woken.append(call))
    file_with(batch, NAME)
    text_removals.wake_forgotten_drops()
    assert woken == []
    drop(manager, project, "THORAX JANE")
    text_removals.wake_forgotten_drops()
    assert woken == [("drop_texts", project.pk)]
    RemainingTextUse.objects.update(lease_until=timezone.now() + timedelta(seconds=9))
    text_removals.wake_forgotten_drops()
    assert text_removals.drop_texts(project.pk) == 0
    assert len(woken) == 1


def test_a_value_is_forgotten_even_when_the_worker_died_just_before(batch, manager, project, monkeypatch):
    woken = []
    monkeypatch.setattr(text_removals, "enqueue", lambda *call: woken.append(call))
    file_with(batch, NAME)
    drop(manager, project, "THORAX JANE")
    with monkeypatch.context() as patch:
        patch.setattr(text_approvals, "forget_values", lambda project_id: None)
        text_removals.drop_texts(project.pk)
    assert RemainingText.objects.get().value == "THORAX JANE"
    text_removals.wake_forgotten_drops()
    assert woken == [("drop_texts", project.pk)]
    text_removals.drop_texts(project.pk)
    assert RemainingText.objects.get().value == ""
    text_removals.wake_forgotten_drops()
    assert len(woken) == 1


def test_more_files_than_a_task_takes_call_for_another(batch, manager, project, monkeypatch):
    woken = []
    monkeypatch.setattr(text_removals, "enqueue", lambda *call: woken.append(call))
    for _ in range(3):
        file_with(batch, NAME)
    drop(manager, project, "THORAX JANE")
    assert text_removals.drop_texts(project.pk, limit=2) == 2
    assert woken == [("drop_texts", project.pk)]
    assert RemainingText.objects.get().value == "THORAX JANE", "a file still has it"
    assert text_removals.drop_texts(project.pk, limit=2) == 1
    assert RemainingText.objects.get().value == ""


def test_a_file_that_killed_three_workers_is_given_up_and_can_be_tried_again(batch, manager, project):
    row = file_with(batch, NAME)
    drop(manager, project, "THORAX JANE")
    RemainingTextUse.objects.update(attempts=3, lease_until=timezone.now() - timedelta(seconds=1))
    text_removals.drop_texts(project.pk)
    use = RemainingTextUse.objects.get()
    assert (use.state, use.reason) == ("failed", "worker_lost")
    assert RemainingText.objects.get().value == "THORAX JANE", "it is still in a file"
    assert text_approvals.retry(actor=manager, project=project) == 1
    text_removals.drop_texts(project.pk)
    assert b"JANE" not in content(row)


def test_what_cannot_be_found_in_the_file_is_not_called_dropped(batch, manager, project):
    remaining_texts.filed(batch, reporting(remaining_texts.prepared(NAME), NAME, ("ImageComments", "not there")))
    drop(manager, project, "THORAX JANE", "not there")
    text_removals.drop_texts(project.pk)
    found = dict(RemainingTextUse.objects.values_list("text__keyword", "state"))
    assert found == {"StudyDescription": "dropped", "ImageComments": "failed"}


def test_a_second_worker_on_the_same_file_changes_nothing(batch, manager, project, monkeypatch):
    row = file_with(batch, NAME)
    drop(manager, project, "THORAX JANE")
    plain, is_first = text_removals.remove_texts_in_sandbox, [True]

    def slow(dataset, texts, *, owner):
        if is_first and is_first.pop():
            RemainingTextUse.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            text_removals.drop_texts(project.pk)
        return plain(dataset, texts, owner=owner)

    monkeypatch.setattr(text_removals, "remove_texts_in_sandbox", slow)
    text_removals.drop_texts(project.pk)
    assert states() == ["dropped"]
    assert b"JANE" not in content(row)
    assert consistency.check(grace_seconds=0).to_json()["is_consistent"]


# Releases


@pytest.fixture
def frozen(batch, manager, project, reader):
    """An instance with the text, in a release."""
    row = file_with(batch, NAME)
    read = builders.read(Study.objects.get().case, reader)
    read.state, read.submitted_at = ReadState.SUBMITTED, timezone.now()
    read.save()
    create_release(actor=manager, project=project, wish=Wish("first"))
    return row


def test_a_frozen_release_keeps_the_bytes_that_it_froze(frozen, manager, project):
    old = frozen.content_sha256
    drop(manager, project, "THORAX JANE")
    text_removals.drop_texts(project.pk)
    assert b"JANE" not in content(frozen)
    assert ReleaseInstance.objects.get().content_sha256 == old
    assert b"JANE" in storage().read(content_key(old))
    assert consistency.check(grace_seconds=0).to_json()["is_consistent"]
    storage().delete(content_key(old))
    assert consistency.check(grace_seconds=0).rows_without_files == [content_key(old)]


def test_a_later_release_freezes_the_content_without_the_text(frozen, manager, project):
    drop(manager, project, "THORAX JANE")
    text_removals.drop_texts(project.pk)
    second = create_release(actor=manager, project=project, wish=Wish("second"))
    frozen.refresh_from_db()
    assert ReleaseInstance.objects.get(release=second).content_sha256 == frozen.content_sha256


# Two workers at once


@pytest.mark.django_db(transaction=True)
def test_two_workers_list_the_same_texts_once_and_none_fails(manager, project):
    texts = [("ImageComments", f"text {n}") for n in range(40)]
    batch = remaining_texts.open_batch(manager, project)
    orders = [texts, texts[::-1]] * 4
    made = [reporting(remaining_texts.prepared(study=n), *order) for n, order in enumerate(orders, 1)]
    troubles = []

    def work(mine):
        try:
            for one in mine:
                remaining_texts.filed_instance(batch, one)
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(made[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert RemainingText.objects.count() == 40
    assert RemainingTextUse.objects.count() == 320
    assert Instance.objects.count() == 8

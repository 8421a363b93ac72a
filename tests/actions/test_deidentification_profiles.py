"""Profiles of a project: versions that never change, one in force, frozen into each batch."""

import pytest
from django.db import DatabaseError, transaction

from labeling.actions import batches
from labeling.actions.deidentification_profiles import choose, create_version
from labeling.domain.dicom.deidentification.profiles import BASIC, BUILT_IN, EDITION, STRICT, Option, PixelReview
from labeling.errors import InvalidProfile, NotFound
from labeling.models import AuditEvent, Batch, DeidentificationProfile
from tests import builders

OPTIONS = ["clean_pixel_data", "retain_modified_dates"]


@pytest.fixture
def make(manager, project):
    def make_it(name="chest", options=OPTIONS, **fields):
        defaults = {"actor": manager, "project": project, "name": name, "options": options, "pixel_review": "unsure"}
        return create_version(**(defaults | fields))

    return make_it


def in_force(project):
    project.refresh_from_db()
    return project.profile_value()


def test_versions_of_a_name_count_from_one_and_are_values(make):
    first, second, other = make(), make(pixel_review="always", is_strict=True), make("hand")
    assert [str(row) for row in (first, second, other)] == ["chest/1", "chest/2", "hand/1"]
    value = second.to_value()
    assert value.options == {Option.CLEAN_PIXEL_DATA, Option.RETAIN_MODIFIED_DATES}
    assert (value.pixel_review, value.is_strict, value.edition) == (PixelReview.ALWAYS, True, EDITION)
    assert list(AuditEvent.objects.filter(action="profile_created").values_list("subject", flat=True)) == [
        "chest/1",
        "chest/2",
        "hand/1",
    ]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"options": ["retain_full_dates", "retain_modified_dates"]}, "dates"),
        ({"options": ["clean_descriptors"], "is_strict": True}, "prose"),
        ({"options": ["clean_everything"]}, "unknown option 'clean_everything'"),
        ({"pixel_review": "sometimes"}, "pixel_review"),
        ({"name": "basic"}, "built-in"),
        ({"name": "Chest X"}, "small letters"),
        ({"name": "chest\n"}, "small letters"),
        ({"name": ""}, "name"),
        ({"name": "c" * 41}, "40"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_no_trace(make, wrong, word):
    with pytest.raises(InvalidProfile, match=word):
        make(**wrong)
    assert not DeidentificationProfile.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_new_project_has_the_basic_profile_and_may_choose_another(manager, project, make):
    assert in_force(project) == BASIC
    make()
    newest = make(options=[])
    for name, version, value in [
        ("strict", None, STRICT),
        ("chest", 1, DeidentificationProfile.objects.get(version=1).to_value()),
        ("chest", None, newest.to_value()),
        ("basic", 1, BASIC),
    ]:
        choose(actor=manager, project=project, name=name, version=version)
        assert in_force(project) == value
    chosen = AuditEvent.objects.filter(action="profile_chosen").values_list("subject", "details__instead_of")
    assert list(chosen) == [
        ("strict/1", "basic/1"),
        ("chest/1", "strict/1"),
        ("chest/2", "chest/1"),
        ("basic/1", "chest/2"),
    ]


def test_choosing_it_again_changes_nothing(manager, project):
    choose(actor=manager, project=project, name="basic")
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(("name", "version"), [("nosuch", None), ("chest", 2), ("basic", 9), ("theirs", 1)])
def test_a_profile_that_is_not_there_is_not_chosen(manager, project, make, name, version):
    make()
    theirs = builders.project(key="OTHER")
    make("theirs", project=theirs)
    with pytest.raises(NotFound):
        choose(actor=manager, project=project, name=name, version=version)
    assert in_force(project) == BASIC


def test_a_batch_keeps_the_profile_it_was_opened_with(manager, project, make):
    chest = make()
    choose(actor=manager, project=project, name="chest")
    batch = batches.open_batch(actor=manager, project=project)
    choose(actor=manager, project=project, name="strict")
    later = batches.open_batch(actor=manager, project=project)
    batch.refresh_from_db()
    assert (batch.profile_value(), batch.deidentification_profile) == (chest.to_value(), chest)
    assert (later.profile_value(), later.deidentification_profile) == (STRICT, None)
    opened = AuditEvent.objects.filter(action="batch_opened").values_list("details__profile", flat=True)
    assert list(opened) == ["chest/1", "strict/1"]


def test_a_profile_is_used_from_its_first_batch_on(manager, project, make):
    make()
    choose(actor=manager, project=project, name="chest")
    assert DeidentificationProfile.objects.get().used_at is None
    batches.open_batch(actor=manager, project=project)
    first = DeidentificationProfile.objects.get().used_at
    assert first
    batches.open_batch(actor=manager, project=project)
    assert DeidentificationProfile.objects.get().used_at == first


def test_the_database_itself_keeps_profiles(manager, project, make):
    unused, used = make(), make("used")
    choose(actor=manager, project=project, name="used")
    batch = batches.open_batch(actor=manager, project=project)
    rows = DeidentificationProfile.objects
    theirs = make("theirs", project=builders.project(key="OTHER"))
    attempts = [
        lambda: rows.filter(pk=unused.pk).update(name="else"),
        lambda: rows.filter(pk=unused.pk).update(version=9),
        lambda: rows.filter(pk=unused.pk).update(options=["retain_uids"]),
        lambda: rows.filter(pk=unused.pk).update(pixel_review="never"),
        lambda: rows.filter(pk=used.pk).update(used_at=None),
        used.delete,
        lambda: rows.create(project=project, name="basic", version=1, pixel_review="unsure", created_by=manager),
        lambda: rows.create(project=project, name="used", version=1, pixel_review="unsure", created_by=manager),
        lambda: rows.create(
            project=project,
            name="both",
            version=1,
            pixel_review="unsure",
            created_by=manager,
            options=["retain_uids", "retain_modified_dates", "retain_full_dates"],
        ),
        lambda: Batch.objects.filter(pk=batch.pk).update(profile=BASIC.to_json()),
        lambda: Batch.objects.filter(pk=batch.pk).update(deidentification_profile=None),
        lambda: Batch.objects.create(project=project, created_by=manager, deidentification_profile=theirs),
        lambda: type(project).objects.filter(pk=project.pk).update(deidentification_profile=theirs),
        lambda: type(project).objects.filter(pk=project.pk).update(built_in_profile="basic"),
    ]
    for number, attempt in enumerate(attempts):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
            pytest.fail(f"attempt {number} went through")
    unused.delete()


def test_the_database_knows_every_built_in_name(manager, project):
    for name in BUILT_IN:
        with pytest.raises(DatabaseError, match="a_built_in_name_is_not_taken"), transaction.atomic():
            DeidentificationProfile.objects.create(
                project=project, name=name, version=1, pixel_review="unsure", created_by=manager
            )

"""Links to original IDs: off by default, sealed under a key of their own, every look-up on record."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from labeling.actions import identity_links
from labeling.errors import (
    CannotUnseal,
    NoReidentificationKey,
    NotAllowed,
    NotFound,
    ReasonNeeded,
    TooManyLookUps,
    UnknownPseudonym,
)
from labeling.models import AuditEvent, IdentityLink, Patient
from tests import builders, phantoms, remaining_texts
from tests.batches import take_in

pytestmark = pytest.mark.django_db

REASON = "an incidental finding must be told"
KEY, OTHER_KEY = "k0123456789abcdefghijklmnopqrstuvwxyz", "j0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def key(settings):
    settings.REIDENTIFICATION_KEY = KEY


@pytest.fixture
def keeping(manager, project):
    """The project keeps links, and has one."""
    identity_links.switch_on(actor=manager, project=project, reason=REASON)
    identity_links.record(project, "P-1", phantoms.PATIENT_ID)
    return project


def look_up(actor, project, pseudonym="P-1", reason=REASON):
    return identity_links.look_up(actor=actor, project_key=project.key, pseudonym=pseudonym, reason=reason)


def trail():
    events = AuditEvent.objects.filter(action="identity_looked_up").order_by("id")
    return [(event.actor.username, event.subject, event.details["outcome"]) for event in events]


def test_a_project_keeps_no_links_by_default(project):
    assert project.keeps_identity_links is False
    identity_links.record(project, "P-1", phantoms.PATIENT_ID)
    assert not IdentityLink.objects.exists()


def test_a_manager_looks_up_an_id_and_the_reason_is_on_record(keeping, manager):
    assert look_up(manager, keeping) == phantoms.PATIENT_ID
    event = AuditEvent.objects.get(action="identity_looked_up")
    assert (event.actor, event.subject) == (manager, "P-1")
    assert event.details == {"reason": REASON, "outcome": "found"}


@pytest.mark.parametrize("original", ["Ä-47", "x" * 63, "x" * 64, "x" * 65, "a\\b c"])
def test_ids_of_every_length_come_back_as_they_were(original, keeping, manager):
    identity_links.record(keeping, "P-2", original)
    assert look_up(manager, keeping, "P-2") == original


def test_the_first_link_of_a_pseudonym_stays(keeping, manager):
    identity_links.record(keeping, "P-1", "another")
    assert look_up(manager, keeping) == phantoms.PATIENT_ID
    assert IdentityLink.objects.count() == 1


def test_no_row_of_the_database_holds_the_id(keeping, manager):
    look_up(manager, keeping)
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_name like 'labeling_%'")
        tables = [name for (name,) in cursor.fetchall()]
        dump = []
        for table in tables:
            cursor.execute(f'select * from "{table}"')
            dump += [bytes(v) if isinstance(v, memoryview) else str(v).encode() for row in cursor for v in row]
    assert "labeling_identitylink" in tables
    assert not any(phantoms.PATIENT_ID.encode() in value for value in dump)


def test_the_same_id_is_sealed_differently_each_time_and_says_no_length(keeping):
    identity_links.record(keeping, "P-2", phantoms.PATIENT_ID)
    identity_links.record(keeping, "P-3", "1")
    sealed = [bytes(link.sealed) for link in IdentityLink.objects.order_by("id")]
    assert len(set(sealed)) == 3
    assert len({len(one) for one in sealed}) == 1


def test_under_another_key_a_look_up_fails_in_clear_words(keeping, manager, settings):
    settings.REIDENTIFICATION_KEY = OTHER_KEY
    with pytest.raises(CannotUnseal, match="sealed under the key"):
        look_up(manager, keeping)
    assert trail() == [("manager", "P-1", "cannot_unseal")]


def test_a_link_moved_to_another_pseudonym_does_not_open(keeping, manager):
    sealed = IdentityLink.objects.get()
    IdentityLink.objects.create(project=keeping, pseudonym="P-9", sealed=sealed.sealed, key_id=sealed.key_id)
    with pytest.raises(CannotUnseal):
        look_up(manager, keeping, "P-9")


def test_without_a_key_it_cannot_be_switched_on_or_looked_up(keeping, manager, settings):
    settings.REIDENTIFICATION_KEY = ""
    with pytest.raises(NoReidentificationKey):
        look_up(manager, keeping)
    fresh = builders.project(key="FRESH")
    with pytest.raises(NoReidentificationKey):
        identity_links.switch_on(actor=manager, project=fresh, reason=REASON)
    fresh.refresh_from_db()
    assert fresh.keeps_identity_links is False


@pytest.mark.parametrize("reason", ["", "too short", " " * 40, "x" * 501])
def test_without_a_reason_nothing_is_told_or_switched(reason, keeping, manager):
    with pytest.raises(ReasonNeeded):
        look_up(manager, keeping, reason=reason)
    assert trail() == [("manager", "P-1", "reason_needed")]
    with pytest.raises(ReasonNeeded):
        identity_links.switch_off(actor=manager, project=keeping, reason=reason, destroy=True)
    with pytest.raises(ReasonNeeded):
        identity_links.switch_on(actor=manager, project=builders.project(key="FRESH"), reason=reason)
    assert IdentityLink.objects.count() == 1


def test_an_unknown_pseudonym_is_on_record_too(keeping, manager):
    with pytest.raises(UnknownPseudonym):
        look_up(manager, keeping, "P-404")
    assert trail() == [("manager", "P-404", "unknown_pseudonym")]


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_other_roles_are_refused_and_that_is_on_record(role, keeping):
    member = builders.member(keeping, role, username="curious")
    with pytest.raises(NotAllowed):
        look_up(member, keeping)
    assert trail() == [("curious", "P-1", "not_allowed")]


def test_for_another_projects_manager_it_is_not_there_and_that_is_on_record(keeping, stranger):
    with pytest.raises(NotFound):
        look_up(stranger, keeping)
    assert trail() == [("stranger", "P-1", "not_found")]


def test_a_link_of_one_project_is_not_known_in_another(keeping, stranger):
    with pytest.raises(UnknownPseudonym):
        look_up(stranger, stranger.memberships.get().project)


def test_a_person_looks_up_sixty_in_an_hour_and_no_more(keeping, manager):
    for _ in range(60):
        look_up(manager, keeping)
    with pytest.raises(TooManyLookUps):
        look_up(manager, keeping)
    assert trail()[-1] == ("manager", "P-1", "too_many_look_ups")
    colleague = builders.member(keeping, "manager", username="colleague")
    assert look_up(colleague, keeping) == phantoms.PATIENT_ID


def test_after_an_hour_one_may_look_up_again(keeping, manager, monkeypatch):
    for _ in range(60):
        look_up(manager, keeping)
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(identity_links.timezone, "now", lambda: later)
    assert look_up(manager, keeping) == phantoms.PATIENT_ID


def test_switching_off_stops_new_links_and_leaves_the_old(keeping, manager):
    assert identity_links.switch_off(actor=manager, project=keeping, reason=REASON, destroy=False) == 0
    identity_links.record(keeping, "P-2", "another")
    assert look_up(manager, keeping) == phantoms.PATIENT_ID
    assert IdentityLink.objects.count() == 1


def test_switching_off_may_destroy_every_link_of_this_project_alone(keeping, manager):
    other = builders.project(key="OTHER2")
    identity_links.switch_on(actor=manager, project=other, reason=REASON)
    identity_links.record(other, "P-1", "theirs")
    assert identity_links.switch_off(actor=manager, project=keeping, reason=REASON, destroy=True) == 1
    assert IdentityLink.objects.get().project == other
    event = AuditEvent.objects.get(action="identity_links_off")
    assert event.details == {"reason": REASON, "destroyed": 1}


def test_links_left_from_before_can_be_destroyed_later(keeping, manager):
    identity_links.switch_off(actor=manager, project=keeping, reason=REASON, destroy=False)
    assert identity_links.switch_off(actor=manager, project=keeping, reason=REASON, destroy=True) == 1
    assert not IdentityLink.objects.exists()


def test_switching_twice_is_one_event(keeping, manager):
    identity_links.switch_on(actor=manager, project=keeping, reason=REASON)
    assert AuditEvent.objects.filter(action="identity_links_on").count() == 1


# With files


@pytest.mark.parametrize("is_on", [False, True])
def test_files_are_linked_only_where_the_project_keeps_links(is_on, manager, project):
    if is_on:
        identity_links.switch_on(actor=manager, project=project, reason=REASON)
    first, second = take_in(manager, project, phantoms.radiograph(), phantoms.radiograph(instance=2))
    assert {first.outcome, second.outcome} == {"accepted"}
    if is_on:
        assert look_up(manager, project, Patient.objects.get().pseudonym) == phantoms.PATIENT_ID
    assert IdentityLink.objects.count() == int(is_on)


def test_the_id_shows_in_no_representation_and_no_event(keeping, manager):
    made = remaining_texts.prepared(patient_id=phantoms.PATIENT_ID)
    assert phantoms.PATIENT_ID not in repr(made)
    look_up(manager, keeping)
    details = list(AuditEvent.objects.values_list("details", flat=True))
    assert phantoms.PATIENT_ID not in json.dumps(details)

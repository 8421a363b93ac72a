"""Certificates: their numbers against independent counts, their hash, their honesty."""

import hashlib
import hmac
import json
from datetime import datetime

import pytest

from labeling import __version__, intake
from labeling.actions import batches, certificates
from labeling.actions.certificates import batch_certificate, release_certificate
from labeling.actions.deidentification_profiles import choose, create_version
from labeling.domain.dicom.deidentification.profiles import BASIC, EDITION
from labeling.errors import BatchNotDone
from labeling.models import BatchItem, Instance, Release
from tests import certificates as made
from tests import phantoms
from tests.batches import take_in

pytestmark = pytest.mark.django_db
REPORTS = [made.report(seed) for seed in (*range(20), *range(15), 3, 3, 3)]


def attributes(document):
    return {(row["attribute"], row["action"]): (row["times"], row["instances"]) for row in document["attributes"]}


def expected_contents(reports):
    masks = [report["masks"] for report in reports]
    number = len(reports)
    return {
        "instances": number,
        "frames": number + number // 2,
        "studies": -(-number // 3),
        "patients": -(-number // 3),
        "words_cut": sum(report["dropped_words"] for report in reports),
        "not_searched": masks.count(None),
        "searched": number - masks.count(None),
        "masked": len([one for one in masks if one]),
        "masks": sum(len(one or []) for one in masks),
    }


def test_the_numbers_of_a_batch_are_those_that_are_counted_one_by_one(project, manager):
    batch = made.batch(project, manager, REPORTS)
    made.batch(project, manager, REPORTS[:5])  # another one that must not count
    document = batch_certificate(batch)
    assert attributes(document) == made.counted(REPORTS)
    assert document["contents"] == expected_contents(REPORTS)
    for row in document["actions"]:
        of_this_action = [times for (_, action), (times, _) in made.counted(REPORTS).items() if action == row["action"]]
        assert row["times"] == sum(of_this_action)


def test_the_numbers_of_a_release_are_those_of_its_frozen_instances(project, manager):
    first, second = made.batch(project, manager, REPORTS[:9]), made.batch(project, manager, REPORTS[9:15])
    frozen = [
        *Instance.objects.filter(items__batch=first).order_by("pk")[3:],
        *Instance.objects.filter(items__batch=second),
    ]
    document = release_certificate(made.release(project, manager, frozen))
    assert attributes(document) == made.counted(REPORTS[3:15])
    assert document["contents"]["instances"] == 12
    assert document["batches"] == [{"batch": first.pk, "instances": 6}, {"batch": second.pk, "instances": 6}]
    assert document["subject"]["name"] == "release 1"
    assert "files" not in document


def test_every_file_of_a_batch_is_accounted_for(project, manager):
    batch = made.batch(project, manager, REPORTS[:2])
    for outcome, reason in [("rejected", "not_dicom"), ("rejected", "not_dicom"), ("quarantined", "identifier_left")]:
        made.item(batch, outcome, reason)
    known = Instance.objects.first()
    made.item(batch, "duplicate", "same_file", known)
    made.item(batch, "accepted", "archive")
    files = batch_certificate(batch)["files"]
    assert files == {
        "received": 6,
        "accepted": 2,
        "waiting": 0,
        "archives": 1,
        "outcomes": [
            {"outcome": "accepted", "reason": "", "files": 2},
            {"outcome": "duplicate", "reason": "same_file", "files": 1},
            {"outcome": "quarantined", "reason": "identifier_left", "files": 1},
            {"outcome": "rejected", "reason": "not_dicom", "files": 2},
        ],
    }
    assert sum(row["files"] for row in files["outcomes"]) == files["received"]


def test_a_batch_that_is_worked_on_has_no_certificate(project, manager):
    batch = batches.open_batch(actor=manager, project=project)
    with pytest.raises(BatchNotDone):
        batch_certificate(batch)


def test_a_file_that_is_taken_up_again_makes_the_certificate_an_interim_one(project, manager):
    batch = made.batch(project, manager, REPORTS[:1])
    assert batch_certificate(batch)["is_final"]
    made.item(batch, state="received")
    document = batch_certificate(batch)
    assert (document["is_final"], document["files"]["waiting"]) == (False, 1)


def test_an_empty_batch_has_a_certificate_too(project, manager):
    document = batch_certificate(made.batch(project, manager))
    assert (document["contents"]["instances"], document["attributes"], document["profiles"]) == (0, [], [])


def test_the_profile_is_the_one_of_its_time(project, manager):
    options = ["clean_pixel_data", "retain_uids"]
    create_version(actor=manager, project=project, name="chest", options=options, pixel_review="never")
    choose(actor=manager, project=project, name="chest")
    batch = made.batch(project, manager, REPORTS[:2], deidentification="chest/1")
    create_version(actor=manager, project=project, name="chest", options=[], pixel_review="always")
    choose(actor=manager, project=project, name="chest")
    document = batch_certificate(batch)
    assert document["profiles"] == [
        {
            "profile": "chest/1",
            "is_known": True,
            "edition": EDITION,
            "is_strict": False,
            "pixel_review": "never",
            "pixel_review_meaning": "Whatever is found is masked, and nobody looks.",
            "options": [
                {"option": "clean_pixel_data", "code": "113101", "meaning": "Clean Pixel Data Option"},
                {"option": "retain_uids", "code": "113110", "meaning": "Retain UIDs Option"},
            ],
            "instances": 2,
        }
    ]
    assert {row["subject"] for row in document["not_promised"]} >= {"retain_uids", "pixel_review", "113102"}


def test_of_images_from_before_there_were_reports_only_the_name_of_the_profile_is_said(project, manager):
    document = batch_certificate(made.batch(project, manager, [{}], deidentification="of-old/2"))
    assert document["profiles"] == [{"profile": "of-old/2", "is_known": False, "instances": 1}]
    assert document["keys"] == [{"fingerprint": "", "instances": 1}]
    assert "not_counted" in {row["subject"] for row in document["not_promised"]}


def test_an_image_taken_in_says_by_what_and_under_which_key(project, manager):
    [item] = take_in(manager, project, phantoms.radiograph())
    expected = hmac.new(intake.deid_key(), b"overread key fingerprint 1", hashlib.sha256).hexdigest()[:16]
    document = batch_certificate(item.batch)
    assert document["software"] == [{"version": __version__, "instances": 1}]
    assert document["keys"] == [{"fingerprint": expected, "instances": 1}]
    assert [row["profile"] for row in document["profiles"]] == [item.instance.deidentification]
    assert document["contents"]["frames"] == 1


def test_another_key_has_another_fingerprint(project, manager, settings):
    [first] = take_in(manager, project, phantoms.radiograph(study=1))
    settings.DEID_KEY = "another key of more than thirty-two characters"
    [second] = take_in(manager, project, phantoms.radiograph(study=2))
    document = release_certificate(made.release(project, manager, [first.instance, second.instance]))
    assert len(document["keys"]) == 2


def test_nothing_of_a_file_is_on_a_certificate(project, manager):
    [item] = take_in(manager, project, phantoms.planted())
    text = json.dumps(batch_certificate(item.batch)).upper()
    assert not [value for value in ("CANARY", "ZWETSCHKENBAUM") if value in text]


def test_the_hash_can_be_recomputed_and_time_is_outside_of_it(project, manager):
    batch = made.batch(project, manager, REPORTS)
    first, second = batch_certificate(batch), batch_certificate(batch)
    assert first["sha256"] == second["sha256"] == made.hash_of(first)
    assert datetime.fromisoformat(first["made_at"]).tzinfo
    made.item(batch, "rejected", "not_dicom")
    assert batch_certificate(batch)["sha256"] != first["sha256"]


def test_what_a_frozen_release_says_does_not_change_with_what_comes_later(project, manager):
    batch = made.batch(project, manager, REPORTS[:6])
    release = made.release(project, manager, Instance.objects.all())
    before = certificates.release_certificate_content(release)
    made.item(batch, "duplicate", "same_file", Instance.objects.first())
    made.batch(project, manager, REPORTS[:6])
    choose(actor=manager, project=project, name="strict")
    project.key = "NEWKEY"
    project.save()
    assert certificates.release_certificate_content(Release.objects.get()) == before


def test_the_counting_is_a_dozen_queries_however_many_images(project, manager, django_assert_max_num_queries):
    batch = made.batch(project, manager, REPORTS)
    assert BatchItem.objects.filter(batch=batch).count() == len(REPORTS)
    with django_assert_max_num_queries(12):
        batch_certificate(batch)


def test_the_basic_profile_is_said_with_its_options(project, manager):
    [profile] = batch_certificate(made.batch(project, manager, REPORTS[:1]))["profiles"]
    assert profile["profile"] == "basic/1"
    assert {row["option"] for row in profile["options"]} == {option.value for option in BASIC.options}

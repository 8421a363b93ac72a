"""What a certificate says, from plain values."""

from dataclasses import replace

import pytest
from pydicom.datadict import keyword_for_tag

from labeling.domain.certificates import (
    ACTIONS,
    Action,
    Contents,
    Facts,
    Making,
    Received,
    Reviews,
    Subject,
    TextDecisions,
    certificate,
    file_bytes,
    key_fingerprint,
    sealed,
)
from labeling.domain.dicom.deidentification.profiles import BASIC, Profile
from tests.certificates import hash_of

ACTIONS_DONE = (
    Action("PatientName", "Z", 3, 2),
    Action("private", "X", 9, 2),
    Action("(0018,9999)", "X", 1, 1),
    Action("StudyDate", "C", 2, 2),
)
FACTS = Facts(
    subject=Subject("batch", 7, "CXR", {"done_at": "2026-11-25T08:00:00+00:00"}),
    makings=(Making("basic/1", BASIC, "0.1.0", "f" * 16, 2),),
    contents=Contents(instances=2),
    actions=ACTIONS_DONE,
    received=Received(archives=0, waiting=0, outcomes=(("accepted", "", 2),)),
)


def subjects(facts):
    return [row["subject"] for row in certificate(facts)["not_promised"]]


def test_the_order_of_the_facts_does_not_matter():
    assert certificate(replace(FACTS, actions=ACTIONS_DONE[::-1])) == certificate(FACTS)


def test_attributes_come_by_tag_and_what_has_none_at_the_end():
    rows = certificate(FACTS)["attributes"]
    assert [(row["tag"], row["attribute"]) for row in rows] == [
        ("(0008,0020)", "StudyDate"),
        ("(0010,0010)", "PatientName"),
        ("(0018,9999)", "(0018,9999)"),
        ("", "private"),
    ]
    assert keyword_for_tag("00100010") == "PatientName"
    assert all(row["meaning"] for row in certificate(FACTS)["actions"])
    assert set(ACTIONS) == set("DZXKCU")


def test_groups_that_repeat_have_the_tag_that_the_standard_writes():
    overlay = replace(ACTIONS_DONE[0], attribute="OverlayRows")
    [row] = certificate(replace(FACTS, actions=(overlay,)))["attributes"]
    assert row["tag"] == "(60xx,0010)"


@pytest.mark.parametrize(
    "waiting",
    [
        {"reviews": Reviews(waiting=1)},
        {"text_decisions": TextDecisions(waiting=1)},
        {"received": Received(archives=0, waiting=1, outcomes=())},
    ],
)
def test_a_certificate_is_final_when_nothing_waits(waiting):
    assert certificate(FACTS)["is_final"]
    assert not certificate(replace(FACTS, **waiting))["is_final"]


def test_two_profiles_of_one_name_are_told_apart_by_what_they_ask_for():
    other = Profile("basic", 1, options=frozenset())
    makings = (*FACTS.makings, Making("basic/1", other, "0.1.0", "f" * 16, 5), *FACTS.makings)
    profiles = certificate(replace(FACTS, makings=makings))["profiles"]
    assert sorted((len(entry["options"]), entry["instances"]) for entry in profiles) == [
        (0, 5),
        (len(BASIC.options), 4),
    ]


def test_what_is_not_promised_depends_on_the_profile():
    assert subjects(FACTS) == ["113102", "clean_pixel_data_misses", "typed_text"]
    bare = Making("bare/1", Profile("bare", 1, options=frozenset()), "0.1.0", "f" * 16, 1)
    assert subjects(replace(FACTS, makings=(bare,))) == ["113102", "clean_pixel_data", "typed_text"]
    old = Making("old/1", None, "", "", 1)
    assert "not_counted" in subjects(replace(FACTS, makings=(old,)))


def test_the_seal_is_over_the_content_alone():
    content = certificate(FACTS)
    timed, timeless = sealed(content, "2026-11-25T08:00:00+00:00"), sealed(content)
    assert timed["sha256"] == timeless["sha256"] == hash_of(timed)
    assert file_bytes(content) == file_bytes(certificate(FACTS))
    assert b'"made_at"' not in file_bytes(content)


def test_a_fingerprint_is_short_and_tells_keys_apart():
    first, second = key_fingerprint(b"a" * 32), key_fingerprint(b"b" * 32)
    assert (len(first), first == second) == (16, False)

"""The options in words: complete, with the standard's codes, contradictions and risks."""

import pytest
from pydicom.sr.codedict import codes

from labeling.domain.dicom.deidentification import options
from labeling.domain.dicom.deidentification.profiles import BASIC, BUILT_IN, Option, PixelReview, Profile


def test_every_option_is_explained_once():
    assert [explanation.option for explanation in options.EXPLANATIONS] == list(Option)
    assert set(options.PIXEL_REVIEWS) == set(PixelReview)


def test_the_codes_are_those_of_cid_7050():
    ours = [explanation.code for explanation in options.EXPLANATIONS]
    ours += [options.BASIC_PROFILE, options.RECOGNIZABLE_VISUAL_FEATURES]
    standard = {code.value: code.meaning for code in codes.cid7050.concepts.values()}
    assert {code.value: code.meaning for code in ours} == standard


def test_no_built_in_profile_contradicts_itself():
    assert not [name for name, profile in BUILT_IN.items() if options.contradiction(profile.options, profile.is_strict)]


@pytest.mark.parametrize(
    ("chosen", "is_strict", "word"),
    [
        ({Option.RETAIN_FULL_DATES, Option.RETAIN_MODIFIED_DATES}, False, "dates"),
        ({Option.CLEAN_DESCRIPTORS}, True, "prose"),
    ],
)
def test_a_contradiction_is_said(chosen, is_strict, word):
    assert word in options.contradiction(chosen, is_strict)


@pytest.mark.parametrize(
    "option",
    [
        Option.RETAIN_FULL_DATES,
        Option.RETAIN_UIDS,
        Option.RETAIN_DEVICE_IDENTITY,
        Option.RETAIN_INSTITUTION_IDENTITY,
    ],
)
def test_a_risky_option_brings_its_warning(option):
    risky = Profile("risky", 1, options=BASIC.options | {option})
    assert [risk.subject for risk in options.risks(risky)] == [option]


def test_pixels_nobody_looks_at_are_a_risk():
    assert options.risks(BASIC) == []
    unseen = Profile("unseen", 1, options=BASIC.options - {Option.CLEAN_PIXEL_DATA})
    assert [risk.subject for risk in options.risks(unseen)] == ["clean_pixel_data"]
    alone = Profile("alone", 1, pixel_review=PixelReview.NEVER)
    assert [risk.subject for risk in options.risks(alone)] == ["pixel_review"]

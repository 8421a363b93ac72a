"""Overlays without text are kept beside the frames; why others are not is said of the file."""

import zlib

import numpy as np
import pytest

from labeling.actions import deidentification_profiles
from labeling.domain.dicom.deidentification.profiles import BASIC, Option
from labeling.interfaces.pages.reasons import REASONS
from tests import builders, overlays, phantoms
from tests.batches import take_in

pytestmark = pytest.mark.django_db
OUTLINE, WORDS = overlays.outline(), overlays.words()


@pytest.fixture
def graphics(manager, project):
    """The project's profile keeps graphics."""
    options = sorted(BASIC.options | {Option.CLEAN_GRAPHICS})
    deidentification_profiles.create_version(
        actor=manager, project=project, name="graphics", options=options, pixel_review=BASIC.pixel_review
    )
    return deidentification_profiles.choose(actor=manager, project=project, name="graphics")


def film(*drawn):
    def change(ds):
        for place, plane in enumerate(drawn):
            overlays.add_plane(ds, plane, group=0x6000 + 2 * place, origin=(3, 5))

    return phantoms.radiograph(change=change)


def overlay_url(instance, number=1, tag=None):
    return f"/api/instances/{instance.pk}/overlays/{number}/{tag or instance.pack_tag}/"


def test_an_outline_is_kept_and_only_those_who_see_the_image_see_it(
    graphics, manager, reader, other_reader, stranger, signed_in
):
    builders.schema(graphics)
    [item] = take_in(manager, graphics, film(OUTLINE))
    instance = item.instance
    assert (item.outcome, item.reason) == ("accepted", "")
    assert instance.deidentification_report["overlays"] == {"shown": 1, "left_out": {}}
    read = builders.read(instance.series.study.case, reader)
    [series] = signed_in(reader).get(f"/api/reads/{read.pk}/").json()["series"]
    [plane] = series["instances"][0]["overlays"]
    assert plane == {
        "rows": 60, "columns": 100, "row": 3, "column": 5, "frames": 1, "first_frame": 0, "url": overlay_url(instance),
    }  # fmt: skip
    response = signed_in(reader).get(plane["url"])
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    bits = np.unpackbits(np.frombuffer(zlib.decompress(response.content, 31), np.uint8), bitorder="little")
    assert np.array_equal(bits.reshape(60, 100), OUTLINE)
    for person in (other_reader, stranger):
        assert signed_in(person).get(plane["url"]).status_code == 404
    assert signed_in(reader).get(overlay_url(instance, 2)).status_code == 404
    assert signed_in(reader).get(overlay_url(instance, tag="0" * 16)).status_code == 404
    preview = signed_in(reader).get(f"/api/instances/{instance.pk}/frames/1/preview/{instance.pack_tag}/")
    assert (preview.status_code, preview["Content-Type"]) == (200, "image/jpeg")  # the empty one is none


def test_text_in_an_overlay_is_left_out_and_said(graphics, manager):
    [item] = take_in(manager, graphics, film(OUTLINE, WORDS))
    assert (item.outcome, item.reason) == ("accepted", "overlay_text")
    assert item.reason in REASONS
    assert item.instance.deidentification_report["overlays"] == {"shown": 1, "left_out": {"overlay_text": 1}}
    assert item.instance.overlay_count == 1


def test_what_cannot_be_searched_is_left_out_and_said(graphics, manager):
    many = np.stack([np.roll(OUTLINE, shift, axis=1) for shift in range(9)])
    [item] = take_in(manager, graphics, film(many))
    assert (item.outcome, item.reason) == ("accepted", "overlay_undecided")
    assert item.reason in REASONS
    assert item.instance.overlay_count == 0


def test_the_basic_profile_shows_none_and_looks_at_none(project, manager):
    [item] = take_in(manager, project, film(OUTLINE, WORDS))
    assert (item.outcome, item.reason) == ("accepted", "")
    assert item.instance.overlay_count == 0

"""Frames and thumbnails over HTTP."""

import gzip
import io
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pydicom
import pytest
from django.conf import settings
from PIL import Image

from labeling.actions import ingest, pixel_reviews
from labeling.domain.dicom.thumbnail import grey_levels
from labeling.storage import pack_key
from tests import builders, phantoms
from tests.batches import take_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def instance(manager, project):
    return take_in(manager, project, phantoms.radiograph(rows=60, columns=100))[0].instance


def frame_url(instance, frame=1, tag=None):
    return f"/api/instances/{instance.pk}/frames/{frame}/{tag or instance.pack_tag}/"


def thumbnail_url(instance):
    return f"/api/instances/{instance.pk}/thumbnail/{instance.pack_tag}/"


def unpacked(content, rows, columns):
    """Undo what the viewer undoes: byte planes, zigzag, deltas along the rows; 16 bits."""
    planes = np.frombuffer(gzip.decompress(content), "u1").reshape(2, rows, columns).astype("u2")
    zigzag = planes[0] | planes[1] << 8
    deltas = (zigzag >> 1) ^ -(zigzag & 1).astype("i2").view("u2")
    return np.cumsum(deltas, axis=1, dtype="u2")


def test_a_frame_holds_the_stored_values(instance, manager, signed_in):
    response = signed_in(manager).get(frame_url(instance))
    assert response.status_code == 200
    assert (response["Content-Type"], response["Content-Encoding"]) == ("application/octet-stream", "gzip")
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    assert (unpacked(response.content, 60, 100) == phantoms.gradient(60, 100)).all()


def test_a_frame_that_the_browser_has_is_not_sent_again(instance, manager, signed_in):
    client = signed_in(manager)
    etag = client.get(frame_url(instance))["ETag"]
    again = client.get(frame_url(instance), headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get(frame_url(instance), headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_says_how_long_it_is(instance, manager, signed_in):
    client = signed_in(manager)
    head = client.head(frame_url(instance))
    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) == len(client.get(frame_url(instance)).content)


def test_the_thumbnail_is_a_small_picture(instance, manager, signed_in):
    response = signed_in(manager).get(thumbnail_url(instance), headers={"Accept": "image/webp"})
    assert response["Content-Type"] == "image/webp"
    # 100 columns of 0.1 mm and 60 rows of 0.2 mm: the picture has the shape of the body, not of the grid.
    assert Image.open(io.BytesIO(response.content)).size == (83, 100)


def take_in_loop(manager, project):
    """An ultrasound without text waits for a look first."""
    item = take_in(manager, project, phantoms.ultrasound(frames=3))[0]
    pixel_reviews.pass_with_masks(actor=manager, review=item.pixel_review, masks=())
    ingest.ingest_chunk(item.batch_id)
    item.refresh_from_db()
    return item.instance


def test_each_frame_of_a_loop_has_its_own_address(manager, project, signed_in):
    loop = take_in_loop(manager, project)
    client = signed_in(manager)
    frames = [client.get(frame_url(loop, frame)).content for frame in (1, 2, 3)]
    assert len(set(frames)) == 3
    assert client.get(frame_url(loop, 4)).status_code == 404
    assert client.get(frame_url(loop, 0)).status_code == 404


def test_another_tag_is_another_address(instance, manager, signed_in):
    response = signed_in(manager).get(frame_url(instance, tag="0" * 16))
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert "immutable" not in response["Cache-Control"]


def test_a_reader_sees_the_images_of_assigned_cases_only(instance, reader, other_reader, signed_in):
    builders.assignment(instance.series.study.case, reader)
    for url in (frame_url(instance), thumbnail_url(instance)):
        assert signed_in(reader).get(url).status_code == 200
        assert signed_in(other_reader).get(url).status_code == 404


def test_a_stranger_sees_nothing(instance, stranger, signed_in):
    assert signed_in(stranger).get(frame_url(instance)).status_code == 404
    assert signed_in(stranger).get(thumbnail_url(instance)).status_code == 404


def preview_url(instance, frame=1, tag=None):
    return f"/api/instances/{instance.pk}/frames/{frame}/preview/{tag or instance.pack_tag}/"


def test_a_large_film_has_a_preview_for_who_may_see_it(project, manager, reader, other_reader, stranger, signed_in):
    builders.schema(project)
    film = take_in(manager, project, phantoms.radiograph(rows=1900, columns=1200))[0].instance
    read = builders.read(film.series.study.case, reader)
    response = signed_in(reader).get(preview_url(film))
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert response["Cache-Control"] == "private, max-age=31536000, immutable"
    with Image.open(io.BytesIO(response.content)) as picture:
        assert max(picture.size) == 1280
        assert picture.size[1] / picture.size[0] == pytest.approx(1900 / 1200, abs=0.01)
    page = signed_in(reader).get(f"/read/{read.pk}/").content.decode()
    assert f'<link rel="preload" as="image" href="{preview_url(film)}"' in page
    assert f'<image href="{preview_url(film)}"' in page
    for person in (other_reader, stranger):
        assert signed_in(person).get(preview_url(film)).status_code == 404
    assert signed_in(reader).get(preview_url(film, tag="0" * 16)).status_code == 404


def test_any_frame_is_shown_as_the_viewer_would_first_show_it(manager, project, signed_in):
    client = signed_in(manager)
    slice_ = take_in(manager, project, phantoms.ct_series(slices=1)[0])[0].instance
    response = client.get(preview_url(slice_))
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    again = client.get(preview_url(slice_), headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    source = pydicom.dcmread(io.BytesIO(phantoms.ct_series(slices=1)[0]))
    window = {"center": float(source.WindowCenter[0]), "width": float(source.WindowWidth[0]), "name": ""}
    display = slice_.display | {"windows": [window]}
    expected = grey_levels(source.pixel_array, display, False).astype(int)
    shown = np.asarray(Image.open(io.BytesIO(response.content)), int)
    assert shown.shape == expected.shape
    assert np.abs(shown - expected).mean() < 3  # JPEG has lost a little


def test_each_frame_of_a_loop_has_its_own_preview(manager, project, signed_in):
    client, loop = signed_in(manager), take_in_loop(manager, project)
    pictures = {client.get(preview_url(loop, frame)).content for frame in (1, 2, 3)}
    assert len(pictures) == 3
    assert [client.get(preview_url(loop, frame)).status_code for frame in (0, 4)] == [404, 404]


@pytest.mark.parametrize("harm", ["cut short", "other bytes"])
def test_a_damaged_frame_has_no_preview_and_nothing_of_it_is_told(harm, manager, project, signed_in):
    client = signed_in(manager)
    slice_ = take_in(manager, project, phantoms.ct_series(slices=1)[0])[0].instance
    stored = Path(urlsplit(settings.STORAGE_URL).path) / pack_key(slice_.pack_sha256)
    content = stored.read_bytes()
    stored.chmod(0o600)
    stored.write_bytes(content[: slice_.pack_offsets[1] // 2] if harm == "cut short" else b"\x1f" * len(content))
    response = client.get(preview_url(slice_))
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert "immutable" not in response["Cache-Control"]
    assert not {"zlib", "Error", "Traceback"} & set(response.content.decode().split())

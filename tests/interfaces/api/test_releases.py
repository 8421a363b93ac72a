"""Releases: frozen, exact, the same bytes again, and only for those who manage the project."""

import csv
import hashlib
import io
import json
import uuid
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pycocotools.coco import COCO

from labeling.actions.release_exports import export_release, wake_forgotten_exports
from labeling.models import Patient, Release
from labeling.storage import storage
from tests import builders
from tests.certificates import hash_of
from tests.interfaces.api.test_annotations import BOX
from tests.interfaces.api.test_reads import ReadPage

ALL_IN_TRAIN = {"train": 1.0, "val": 0.0, "test": 0.0}


@pytest.fixture
def page(project, reader, signed_in):
    """A submitted read with one mark and one that was taken back, a negative one, and one that is not submitted."""
    builders.schema(project)
    made = ReadPage(signed_in(reader), builders.read(builders.case(project), reader))
    mark, gone = uuid.uuid4(), uuid.uuid4()
    made.put(mark)
    made.put(mark, base=1, geometry=BOX | {"x": 11.25})
    made.put(gone)
    made.delete(gone, base=1)
    assert made.submit({str(mark): 2}).status_code == 200
    negative = ReadPage(made.client, builders.read(builders.case(project), reader))
    negative.answer("case", "absent")
    assert negative.submit().status_code == 200
    ReadPage(made.client, builders.read(builders.case(project), reader)).put(uuid.uuid4())
    return made


def release(client, project, name="first", **fields):
    body = {"name": name, "seed": 7, "fractions": ALL_IN_TRAIN, "formats": ["coco", "csv"]} | fields
    return client.post(f"/api/projects/{project.key}/releases/", body, content_type="application/json")


def exported(client, project, **fields):
    made = release(client, project, **fields)
    assert made.status_code == 201, made.content
    found = Release.objects.get(project=project, number=made.json()["number"])
    assert export_release(found.pk)
    return client.get(f"/api/projects/{project.key}/releases/{found.number}/").json()


def body_of(answer):
    return b"".join(answer.streaming_content)


def archive(client, described):
    return zipfile.ZipFile(io.BytesIO(body_of(client.get(described["archive"]["url"]))))


@pytest.fixture
def client_of(signed_in, manager):
    return signed_in(manager)


def test_coco_holds_exactly_the_submitted_marks_and_the_negatives(page, project, client_of, tmp_path):
    content = archive(client_of, exported(client_of, project))
    (tmp_path / "train.json").write_bytes(content.read("coco/train.json"))
    coco = COCO(str(tmp_path / "train.json"))
    [mark] = coco.loadAnns(coco.getAnnIds())
    assert mark["bbox"] == [11.25, 20.25, 30.0, 12.5]
    images = coco.loadImgs(coco.getImgIds())
    assert {(image["width"], image["height"]) for image in images} == {(200, 100)}
    assert len(images) == 2, "the read that is not submitted brings no image, the negative one does"


def test_every_file_of_the_manifest_has_the_hash_it_says(page, project, client_of):
    content = archive(client_of, exported(client_of, project))
    manifest = json.loads(content.read("manifest.json"))
    assert manifest["files"]
    for file in manifest["files"]:
        assert hashlib.sha256(content.read(file["name"])).hexdigest() == file["sha256"]


def test_the_archive_holds_the_certificate_without_a_time(page, project, client_of):
    described = exported(client_of, project)
    kept = json.loads(archive(client_of, described).read("certificate.json"))
    shown = client_of.get(f"/api/projects/{project.key}/releases/{described['number']}/certificate/").json()
    assert "made_at" not in kept
    assert kept["sha256"] == shown["sha256"] == hash_of(kept)
    assert kept["contents"]["instances"] == 2


def test_csv_cells_are_no_formulas(project, reader, client_of, signed_in):
    schema = builders.schema(project, labels=(), is_published=False)
    builders.label(schema, "nodule", attributes=[{"key": "note", "name": "Note", "kind": "text"}])
    schema.published_at = timezone.now()
    schema.save()
    page = ReadPage(signed_in(reader), builders.read(builders.case(project), reader, schema))
    mark = uuid.uuid4()
    page.put(mark, attributes={"note": "=1+1"})
    page.submit({str(mark): 1})
    content = archive(client_of, exported(client_of, project))
    for name in (name for name in content.namelist() if name.endswith(".csv")):
        for row in csv.reader(io.StringIO(content.read(name).decode("utf-8-sig"))):
            assert not [cell for cell in row if cell[:1] in ("=", "+", "@", "\t", "\r")]


def test_a_release_stays_what_it_was(page, project, client_of, reader):
    described = exported(client_of, project)
    before = hashlib.sha256(body_of(client_of.get(described["archive"]["url"]))).hexdigest()
    later = ReadPage(page.client, builders.read(builders.case(project), reader))
    later.answer("case", "absent")
    later.submit()
    Release.objects.update(state="frozen", attempts=0, archive_key="", archive_sha256="")
    assert export_release(Release.objects.get().pk)
    assert Release.objects.get().archive_sha256 == before == described["archive"]["sha256"]


def test_a_patient_keeps_its_part_for_ever(page, project, client_of):
    exported(client_of, project)
    parts = set(Patient.objects.exclude(split="").values_list("pseudonym", "split"))
    exported(client_of, project, name="second", seed=8, fractions={"train": 0.0, "val": 0.0, "test": 1.0})
    assert parts <= set(Patient.objects.exclude(split="").values_list("pseudonym", "split"))
    assert {split for _, split in parts} == {"train"}


def test_a_download_in_pieces_is_the_whole(page, project, client_of):
    described = exported(client_of, project)
    url, size = described["archive"]["url"], described["archive"]["bytes"]
    pieces = [
        body_of(client_of.get(url, headers={"Range": f"bytes={start}-{start + 99}"})) for start in range(0, size, 100)
    ]
    assert hashlib.sha256(b"".join(pieces)).hexdigest() == described["archive"]["sha256"]
    tail = client_of.get(url, headers={"Range": "bytes=-10"})
    assert (tail.status_code, tail["Content-Range"]) == (206, f"bytes {size - 10}-{size - 1}/{size}")
    assert client_of.get(url, headers={"Range": f"bytes={size}-"}).status_code == 416
    changed = client_of.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (changed.status_code, changed["Content-Length"]) == (200, str(size))
    assert client_of.head(url)["Content-Length"] == str(size)


def test_the_same_key_makes_one_release(page, project, client_of):
    key = str(uuid.uuid4())
    first = release(client_of, project, idempotency_key=key)
    assert release(client_of, project, idempotency_key=key).json()["number"] == first.json()["number"]
    assert Release.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"fractions": {"train": 0.5, "val": 0.1, "test": 0.1}}, {"formats": ["xml"]}, {"formats": []}],
)
def test_a_wish_that_makes_no_sense_is_refused(page, project, client_of, wrong):
    assert release(client_of, project, **wrong).status_code in {400, 422}
    assert not Release.objects.exists()


def test_without_a_submitted_read_there_is_nothing_to_release(project, client_of):
    answer = release(client_of, project)
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_release")


def test_an_export_is_taken_up_again_when_its_worker_is_gone(page, project, client_of):
    number = release(client_of, project).json()["number"]
    rows = Release.objects.filter(number=number)
    rows.update(state="exporting", attempts=1, lease_until=timezone.now() + timedelta(seconds=30))
    assert not export_release(rows.get().pk), "another worker is at it"
    rows.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert wake_forgotten_exports() == 1
    assert export_release(rows.get().pk)
    assert rows.get().state == "ready"


def test_an_export_that_fails_three_times_is_given_up(page, project, client_of):
    number = release(client_of, project).json()["number"]
    rows = Release.objects.filter(number=number)
    rows.update(state="exporting", attempts=3, lease_until=timezone.now() - timedelta(seconds=1))
    wake_forgotten_exports()
    assert (rows.get().state, rows.get().failure) == ("failed", "export_failed")
    again = client_of.post(f"/api/projects/{project.key}/releases/{number}/")
    assert again.json()["state"] == "frozen"


def test_releases_are_for_managers_only(page, project, client_of, reader, stranger, signed_in):
    described = exported(client_of, project)
    urls = [f"/api/projects/{project.key}/releases/", f"/api/projects/{project.key}/releases/1/"]
    for url in [*urls, described["archive"]["url"]]:
        assert signed_in(reader).get(url).status_code == 403
        assert signed_in(stranger).get(url).status_code == 404
        assert Client().get(url).status_code == 401
    assert release(signed_in(reader), project, name="x").status_code == 403
    assert release(signed_in(stranger), project, name="x").status_code == 404


def test_the_command_writes_the_same_zip(page, project, manager, client_of, tmp_path):
    output = io.StringIO()
    options = {"name": "by command", "out": tmp_path, "username": "manager", "formats": "coco,csv"}
    call_command("release", project.key, stdout=output, **options)
    written = (tmp_path / f"{project.key}-release-1.zip").read_bytes()
    found = Release.objects.get()
    assert hashlib.sha256(written).hexdigest() == found.archive_sha256
    assert storage().size(found.archive_key) == len(written)
    call_command("release", project.key, stdout=output, **options)
    assert Release.objects.count() == 1

"""manage.py ingest and fsck, as an operator meets them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from labeling.models import Batch
from labeling.storage import storage
from tests import archives, phantoms

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / f"{phantoms.NAME} CANARY"
    folder.mkdir()
    (folder / "a.dcm").write_bytes(phantoms.planted())
    (folder / "b.txt").write_bytes(b"CANARY, not an image")
    (folder / "c.zip").write_bytes(archives.of([("CANARY.dcm", phantoms.radiograph(study=2))]))
    return folder


def ingest(*paths, project="CXR", **options):
    out = StringIO()
    call_command("ingest", *map(str, paths), project=project, as_json=True, stdout=out, stderr=StringIO(), **options)
    return json.loads(out.getvalue())


def fsck():
    out = StringIO()
    try:
        call_command("fsck", as_json=True, grace=0, stdout=out)
    except CommandError:
        pass
    return json.loads(out.getvalue())


def test_every_path_is_accounted_for(folder, manager):
    report = ingest(folder)
    assert [(row["path"], row["outcome"], row["reason"]) for row in report["files"]] == [
        (str(folder / "a.dcm"), "accepted", ""),
        (str(folder / "b.txt"), "rejected", "not_dicom"),
        (str(folder / "c.zip"), "accepted", "archive"),
        (f"{folder / 'c.zip'}#1", "accepted", ""),
    ]


def test_no_identifier_stays_in_storage_or_tables(folder, manager, caplog):
    ingest(folder)
    kept = [
        storage().read(stored.key) for area in ("content", "frames", "intake") for stored in storage().iterate(area)
    ]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'select t::text from "{table}" t')
            kept += [row[0].encode() for row in cursor.fetchall()]
    kept.append(caplog.text.encode())
    everything = b"\n".join(kept).lower()
    for word in phantoms.IDENTIFIERS:
        assert word.lower().encode() not in everything, word


def test_what_cannot_be_done_is_said_and_opens_no_batch(folder, manager, reader, tmp_path):
    for refused in (
        {"project": "NOSUCH"},
        {"username": reader.username},
        {"username": "nobody"},
    ):
        with pytest.raises(CommandError):
            ingest(folder, **refused)
    with pytest.raises(CommandError, match="does not exist"):
        ingest(tmp_path / "missing")
    assert not Batch.objects.exists()


def test_fsck_finds_what_is_lost_changed_or_left_over(folder, manager, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ingest(folder)
    assert fsck()["is_consistent"]
    lost, changed = sorted(stored.key for stored in storage().iterate("content"))[:2]
    left_over = f"frames/00/{'0' * 64}.pack"
    storage().delete(lost)
    storage().put(changed, b"other bytes")
    storage().put(left_over, b"of nobody")
    found = fsck()
    assert not found["is_consistent"]
    assert found["rows_without_files"] == [lost]
    assert found["wrong_hashes"] == [changed]
    assert found["files_without_rows"] == [left_over]

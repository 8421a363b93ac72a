"""The corpus of real files goes in with one command: each file is accounted for, and no patient's name stays."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from labeling.models import BatchItem
from tests import builders

# Names in the MANIFEST that are also what files may say: makers and words of de-identified samples.
NO_NAMES = {"Philips", "Anonymized", "Patient", "Phantom", "Example", "Pattern", "Image", "Name", "Test"}
ENCODINGS = ["utf-8", "latin-1", "iso2022_jp", "euc_kr", "gb18030", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_8"]


def names(manifest):
    """The names and their words of four letters or more, in every encoding they can be written in."""
    found = set()
    for row in csv.DictReader(manifest.open(encoding="utf-8")):
        words = {row["patient_name"], *re.findall(r"[^\W_]{4,}", row["patient_name"])} - NO_NAMES
        for word in words:
            for encoding in ENCODINGS:
                try:
                    written = word.encode(encoding)
                except UnicodeError:
                    continue
                if len(word) >= 4 and len(written) >= 5:
                    found.add(written)
    return found


def tables():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            content = io.BytesIO()
            cursor.copy_expert(f'copy "{table}" to stdout', content)
            yield table, content.getvalue()


@pytest.mark.django_db(transaction=True)
def test_every_real_file_is_accounted_for_and_no_name_stays(corpus, capfd):
    builders.member(builders.project(), "manager", "mona")
    output = io.StringIO()
    call_command("ingest", str(corpus), project="CXR", username="mona", as_json=True, stdout=output)
    report = json.loads(output.getvalue())
    paths = {path for path in corpus.rglob("*") if path.is_file()}
    assert len(report["files"]) == len(paths) == BatchItem.objects.count()
    assert all(row["outcome"] for row in report["files"])
    held = [row for row in report["files"] if row["reason"] == "text_in_pixels"]
    assert len(held) > 20  # ultrasound and screens first: what was not found there may be there all the same
    assert report["counts"]["accepted"] + len(held) > 150

    known = names(corpus / "MANIFEST.csv")
    assert len(known) > 100
    logs = capfd.readouterr()
    kept = [("log", (logs.err + logs.out).encode()), *tables()]
    storage = settings.STORAGE_URL.removeprefix("file://")
    kept += [(str(path), path.read_bytes()) for path in Path(storage).rglob("*") if path.is_file()]
    assert not {(place, name) for place, content in kept for name in known if name in content}

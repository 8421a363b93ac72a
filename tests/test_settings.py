"""Secrets that are weak or used twice are refused at start, in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOOD = {
    "DATABASE_URL": "postgresql://overread@postgres/overread",
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789",
    "DEID_KEY": "zyxwvutsrqponmlkjihgfedcba9876543210",
}


def start(**variables):
    environment = {"PATH": os.environ["PATH"], "OVERREAD_VAR": os.devnull} | GOOD | variables
    command = [sys.executable, "-c", "import annotation_site.settings as s; print(bool(s.REIDENTIFICATION_KEY))"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("key", ["", "q1w2e3r4t5z6u7i8o9p0a1s2d3f4g5h6j7k8"])
def test_the_key_of_identity_links_may_be_missing(key):
    assert start(REIDENTIFICATION_KEY=key).stdout.strip() == str(bool(key))


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("short", "REIDENTIFICATION_KEY is missing or weak"),
        ("changeme-changeme-changeme-changeme-123", "REIDENTIFICATION_KEY is missing or weak"),
        (GOOD["SECRET_KEY"], "REIDENTIFICATION_KEY must differ"),
        (GOOD["DEID_KEY"], "REIDENTIFICATION_KEY must differ"),
    ],
)
def test_a_key_of_identity_links_that_opens_too_easily_is_refused(key, said):
    refused = start(REIDENTIFICATION_KEY=key)
    assert refused.returncode != 0
    assert said in refused.stderr.strip().splitlines()[-1]

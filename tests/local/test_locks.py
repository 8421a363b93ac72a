"""The lock files hold what their .in files ask for, by hash, and agree with each other."""

import re

import pytest

from tests.local.running import ROOT

LOCKS = ["requirements.txt", "annotation_site/local/requirements.txt", "tests/requirements.txt"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)([^\\]*)(\\?)$", re.MULTILINE)


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock):
    return {normal(name): version for name, version, _, _ in PIN.findall((ROOT / lock).read_text())}


def asked(lock):
    lines = (ROOT / lock).with_suffix(".in").read_text().splitlines()
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith(("#", "-")))
    return {normal(name.group()) for name in names if name}


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_asked_for_is_locked(lock):
    assert asked(lock) <= set(pins(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_hashes_and_no_place_is_named(lock):
    text = (ROOT / lock).read_text()
    assert all(continued for *_, continued in PIN.findall(text))
    assert not re.search(r"https?://|file:|--(extra-)?index|--find-links", text)


def test_a_package_has_one_version_in_all_locks():
    versions = {}
    for lock in LOCKS:
        for name, version in pins(lock).items():
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}

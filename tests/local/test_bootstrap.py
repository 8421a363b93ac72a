"""The virtual environment: made once, made again when cut short, refused with one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.running import ROOT

BOOTSTRAP = ROOT / "annotation_site/local/bootstrap.py"
LOCKS = ["requirements.txt", "annotation_site/local/requirements.txt", "tests/requirements.txt"]


@pytest.fixture
def checkout(tmp_path):
    """A project whose locks name no package."""
    for name in LOCKS:
        lock = tmp_path / name
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_text("# nothing\n")
    (tmp_path / "print_prefix.py").write_text("import sys; print(sys.prefix)\n")
    return tmp_path


def ensure(checkout: Path, before: str = "") -> subprocess.CompletedProcess:
    program = (
        f"import pathlib, runpy, sys; {before}\n"
        f"runpy.run_path({str(BOOTSTRAP)!r})['ensure'](pathlib.Path({str(checkout)!r}), ['print_prefix.py'])"
    )
    kept = {name: value for name, value in os.environ.items() if name != "OVERREAD_VENV"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=checkout,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def test_it_continues_in_the_environment_it_made_and_makes_it_once(checkout):
    first, second = ensure(checkout), ensure(checkout)
    assert first.stdout == second.stdout == f"{checkout / '.venv'}\n", first.stderr
    assert "making" in first.stderr
    assert second.stderr == ""


def test_an_interrupted_install_starts_over(checkout):
    venv = checkout / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").symlink_to(sys.executable)
    (venv / ".installing").touch()
    (venv / "half a package").touch()
    done = ensure(checkout)
    assert done.returncode == 0, done.stderr
    assert not (venv / "half a package").exists()
    assert not (venv / ".installing").exists()


def test_without_ensurepip_one_sentence_names_the_package(checkout):
    refused = ensure(checkout, "sys.modules['ensurepip'] = None")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert refused.returncode == 1
    assert f"apt install python{version}-venv" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert not (checkout / ".venv").exists()


def test_an_old_python_is_refused_with_one_sentence(checkout):
    refused = ensure(checkout, "sys.version_info = (3, 10, 2, 'final', 0)")
    assert refused.returncode == 1
    assert refused.stderr.startswith("Python 3.11 or newer is needed")
    assert len(refused.stderr.splitlines()) == 1

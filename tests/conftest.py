"""What every test may use: accounts, a client of each role, a project, the path of the corpus if it is there."""

import os
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser

from tests import builders

# Playwright's own event loop runs in the tests' thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "data" / "dicom"


@pytest.fixture
def project(db):
    return builders.project()


@pytest.fixture
def manager(project):
    return builders.member(project, "manager", username="manager")


@pytest.fixture
def reader(project):
    return builders.member(project, "reader", username="reader")


@pytest.fixture
def other_reader(project):
    return builders.member(project, "reader", username="other_reader")


@pytest.fixture
def stranger(db):
    """Somebody of another project."""
    return builders.member(builders.project(key="OTHER"), "manager", username="stranger")


@pytest.fixture
def signed_in():
    """Give a client that is signed in as this user; CSRF is checked as in real life."""

    def client_of(user):
        client = Client()
        client.force_login(user)
        return client

    return client_of


@pytest.fixture(scope="session")
def corpus():
    """The folder of real DICOM files; tests that want it skip where it is not."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real DICOM files is not beside the checkout")
    return CORPUS


@pytest.fixture(scope="session", autouse=True)
def static_files():
    """Collect the static files under their hashed names once, as `up` does."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Chromium as the machine has it: headless, with nothing that calls home."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    path = os.environ.get("OVERREAD_CHROMIUM") or next(filter(None, found), None)
    if path is None:
        if os.environ.get("OVERREAD_TEST_BROWSER") == "skip":
            pytest.skip("no Chromium, and OVERREAD_TEST_BROWSER=skip")
        pytest.fail("no Chromium: install it, or name it in OVERREAD_CHROMIUM")
    quiet = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"]
    quiet += ["disable-component-update", "disable-sync"]
    return {"executable_path": path, "args": [f"--{flag}" for flag in quiet]}


@pytest.fixture(autouse=True)
def unbroken_pages(monkeypatch):
    """In every browser test: no page breaks its security policy, throws, or writes an error of its own."""
    problems = []

    def note(message):
        is_network = message.text.startswith("Failed to load resource")
        if "Content Security" in message.text or (message.type == "error" and not is_network):
            problems.append(message.text)

    def watched(browser, *args, **kwargs):
        context = open_context(browser, *args, **kwargs)
        context.on("console", note)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        return context

    open_context = Browser.new_context
    monkeypatch.setattr(Browser, "new_context", watched)
    yield
    assert problems == []


@pytest.fixture(autouse=True)
def empty_storage(tmp_path, settings):
    """Each test has a storage of its own."""
    settings.STORAGE_URL = f"file://{tmp_path / 'storage'}"

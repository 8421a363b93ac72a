"""What every test may use: accounts, a client of each role, a project, the path of the corpus if it is there."""

from pathlib import Path

import pytest
from django.test import Client

from tests import builders

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

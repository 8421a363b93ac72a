"""axe finds nothing serious on any page: with nothing in it, and with all there can be."""

import pytest
from django.conf import settings

from labeling.models import PixelReview
from tests import axe, builders, certificates, finder, phantoms, remaining_texts
from tests.batches import take_in

OF_PROJECT = ["", "cases/", "upload/", "batches/", "deidentification/", "pixel-reviews/", "identities/", "labels/"]
OF_PROJECT += ["releases/"]
OF_ALL = ["/", "/projects/", "/accounts/password/", "/projects/NONE/"]


@pytest.fixture
def browse(monkeypatch, transactional_db, request):
    """Look at pages as somebody; gives what axe finds on them, by address."""
    monkeypatch.setenv("REIDENTIFICATION_KEY", "k0123456789abcdefghijklmnopqrstuvwxyz")
    overread, page = request.getfixturevalue("overread"), request.getfixturevalue("page")
    overread.start_web()

    def look(user, *paths, prepare=lambda page: None):
        page.context.clear_cookies()
        if user:
            cookie = request.getfixturevalue("signed_in")(user).cookies[settings.SESSION_COOKIE_NAME]
            page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": overread.url}])
        found = {}
        for path in paths:
            page.goto(f"{overread.url}{path}")
            assert "/login/" not in page.url or not user
            prepare(page)
            found[path] = axe.faults(page)
        return {path: faults for path, faults in found.items() if faults}

    return look


def test_pages_with_nothing_in_them(browse):
    project = builders.project()
    manager = builders.member(project, "manager", "mona")
    assert browse(None, "/accounts/login/") == {}
    assert browse(builders.user("nobody"), "/") == {}
    assert browse(manager, *OF_ALL, *(f"/projects/CXR/{path}" for path in OF_PROJECT)) == {}


def test_pages_with_all_there_can_be(browse, monkeypatch):
    project = builders.project()
    manager = builders.member(project, "manager", "mona")
    reader = builders.member(project, "reader", "rolf")
    builders.schema(project)
    accepted, _ = take_in(manager, project, phantoms.radiograph(rows=200, columns=480), b"not an image")
    finder.finds(monkeypatch, finder.findings(finder.TEXT))
    take_in(manager, project, finder.with_text(instance=3))
    texts = remaining_texts.open_batch(manager, project)
    remaining_texts.file_with(texts, ("StudyDescription", "CHEST"), ("ImageComments", "seen by Jane"))
    release = certificates.release(project, manager, [accepted.instance])
    read = builders.read(accepted.instance.series.study.case, reader)
    batch = f"batches/{accepted.batch_id}/"
    review = PixelReview.objects.get().pk
    some = [batch, f"{batch}certificate/", f"batches/{texts.pk}/text/", f"pixel-reviews/{review}/"]
    some += [f"releases/{release.number}/", f"releases/{release.number}/certificate/"]
    paths = [*OF_ALL, *(f"/projects/CXR/{path}" for path in [*OF_PROJECT, *some])]
    assert browse(manager, *paths) == {}
    assert browse(reader, "/", "/projects/CXR/") == {}

    def drawn(page):
        page.wait_for_selector("[data-part=labels] button")

    assert browse(reader, f"/read/{read.pk}/", prepare=drawn) == {}

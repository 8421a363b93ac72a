"""The browser of the tests."""

import pytest

from annotation_site.local import chromium
from annotation_site.local.errors import LocalRunError


def test_a_browser_named_in_the_environment_is_used(monkeypatch, tmp_path):
    browser = tmp_path / "browser"
    browser.touch(mode=0o755)
    monkeypatch.setenv("OVERREAD_CHROMIUM", str(browser))
    assert chromium.find_or_install() == str(browser)


def test_a_named_browser_that_is_not_there_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("OVERREAD_CHROMIUM", str(tmp_path / "browser"))
    with pytest.raises(LocalRunError, match="cannot be run"):
        chromium.find_or_install()


def test_without_a_browser_one_sentence_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.delenv("OVERREAD_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalRunError, match="install it"):
        chromium.find_or_install()


def test_a_person_may_leave_the_browser_out(monkeypatch):
    monkeypatch.setenv("OVERREAD_TEST_BROWSER", "skip")
    assert chromium.find_or_install() is None

"""The browser of the tests: found, or installed where this process may do so."""

import os
import shutil
import subprocess

from annotation_site.local.errors import LocalRunError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-dejavu-core")


def find_or_install() -> str | None:
    """Give Chromium's path; None if the tests shall run without it."""
    if os.environ.get("OVERREAD_TEST_BROWSER") == "skip":
        return None
    if found := find():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install()
        if found := find():
            return found
    raise LocalRunError(
        "The tests need Chromium: install it (Debian: apt install chromium; Ubuntu: snap install chromium; "
        "Fedora: dnf install chromium), name it in OVERREAD_CHROMIUM, "
        "or leave the browser tests out with OVERREAD_TEST_BROWSER=skip."
    )


def find() -> str | None:
    if chosen := os.environ.get("OVERREAD_CHROMIUM"):
        if os.access(chosen, os.X_OK):
            return chosen
        raise LocalRunError(f"OVERREAD_CHROMIUM names {chosen}, which cannot be run.")
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    print("setup  | installing Chromium for the browser tests", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        subprocess.run(
            ["apt-get", *command], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )

"""manage.py release PROJECT --name N: freeze a release, make its files here, put the zip into a folder."""

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.actions.release_exports import export_release
from labeling.actions.releases import DEFAULT_FORMATS, Wish, create_release
from labeling.errors import OverreadError
from labeling.interfaces.api.releases import archive_name, release_document
from labeling.models import Project, Release, ReleaseState, User
from labeling.storage import storage


class Command(BaseCommand):
    help = "Freeze the submitted reads of a project, make the files and write the zip to a folder."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("project", help="key of the project")
        parser.add_argument("--name", required=True, help="name of the release; an existing one is written again")
        parser.add_argument("--formats", default=",".join(DEFAULT_FORMATS), help="with commas between")
        parser.add_argument("--seed", type=int, default=0, help="of the split by patient")
        parser.add_argument("--out", type=Path, required=True, help="folder for the zip")
        parser.add_argument("--as", dest="username", default="", help="who makes it; default: an administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(key=options["project"]).first()
        if project is None:
            raise CommandError(f"there is no project {options['project']}")
        try:
            release = Release.objects.filter(project=project, name=options["name"]).first() or create_release(
                actor=actor(options["username"]),
                project=project,
                wish=Wish(options["name"], options["seed"], None, options["formats"].split(",")),
            )
            release = finished(release)
            target = written(release, options["out"])
        except OverreadError as error:
            raise CommandError(str(error)) from error
        json.dump(release_document(release) | {"path": str(target)}, sys.stdout, indent=1)
        sys.stdout.write("\n")


def actor(username: str) -> User:
    people = User.objects.filter(is_active=True)
    found = (people.filter(username=username) if username else people.filter(is_superuser=True)).first()
    if found is None:
        raise CommandError("say with --as who makes the release")
    return found


def finished(release: Release) -> Release:
    """Export here, unless a worker is at it already: then wait for it."""
    while release.state in (ReleaseState.FROZEN, ReleaseState.EXPORTING):
        if not export_release(release.pk):
            time.sleep(0.5)
        release = Release.objects.get(pk=release.pk)
    if release.state == ReleaseState.FAILED:
        raise CommandError("the export failed three times; the log of the worker says why")
    return release


def written(release: Release, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / archive_name(release)
    with storage().open(release.archive_key) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    return target

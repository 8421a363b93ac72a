"""manage.py ingest PATH… --project KEY: take in files and folders that are on this machine."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.actions import access, batches, ingest, local_files
from labeling.errors import OverreadError
from labeling.management.paths import files_of
from labeling.models import Batch, BatchItem, Outcome, Project, Role, User


class Command(BaseCommand):
    help = "Take in DICOM files, folders and zips. The report with paths goes to standard output and nowhere else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--project", required=True, metavar="KEY")
        parser.add_argument(
            "--as", dest="username", metavar="USERNAME", help="on whose behalf: a manager of the project"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        actor, project = who_and_where(options["username"], options["project"])
        paths = list(files_of(options["paths"]))
        if not paths:
            raise CommandError("there is no file at the given paths")
        batch = batches.open_batch(actor=actor, project=project)
        sent = self.send(batch, actor, paths)
        local_files.work_off(batch=batch, on_progress=lambda: self.say_progress(batch))
        rows = [*report_rows(batch, sent), *unreadable_rows(paths, sent)]
        self.stderr.write("")
        self.print_report(batch, rows, options["as_json"])
        if not sent:
            raise CommandError("none of the files could be read")

    def send(self, batch: Batch, actor: User, paths: list[Path]) -> dict[int, Path]:
        """Send what can be read, working off as it goes so that the intake stays small. Numbers have no gaps."""
        sent: dict[int, Path] = {}
        for path in paths:
            number = len(sent) + 1
            try:
                with path.open("rb") as file:
                    local_files.send_file(batch=batch, number=number, file=file)
            except OSError:
                continue
            sent[number] = path
            if number % batches.CHUNK == 0:
                ingest.ingest_chunk(batch.pk)
                self.say_progress(batch)
        batches.close_batch(actor=actor, batch=batch, count=len(sent))
        return sent

    def say_progress(self, batch: Batch) -> None:
        counts = batches.counts(batch)
        said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome.values if counts[outcome])
        self.stderr.write(f"\r{counts['received']} sent, {counts['waiting']} waiting: {said}", ending="")

    def print_report(self, batch: Batch, rows: list[dict[str, Any]], as_json: bool) -> None:
        counts = batches.counts(batch)
        if as_json:
            report = {"batch": batch.pk, "project": batch.project.key, "counts": counts, "files": rows}
            self.stdout.write(json.dumps(report, indent=1))
            return
        for row in rows:
            self.stdout.write(f"{row['outcome']:<12} {row['reason']:<30} {row['path']}")
        totals = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome.values)
        self.stdout.write(f"batch {batch.pk}: {totals}")


def who_and_where(username: str | None, key: str) -> tuple[User, Project]:
    project = Project.objects.filter(key=key).first()
    if project is None:
        known = ", ".join(Project.objects.values_list("key", flat=True)) or "none"
        raise CommandError(f"there is no project {key} (projects: {known})")
    people = User.objects.filter(is_active=True).order_by("-is_superuser", "id")
    if username is not None:
        actor = people.filter(username=username).first()
    else:
        managers = people.filter(memberships__project=project, memberships__role=Role.MANAGER)
        actor = managers.first() or people.filter(is_superuser=True).first()
    if actor is None:
        raise CommandError("nobody was found to act for: name a manager of the project with --as")
    try:
        return actor, access.managed_project(actor, key)
    except OverreadError as error:
        raise CommandError(f"{actor.username} is not a manager of {key}") from error


def report_rows(batch: Batch, sent: dict[int, Path]) -> Iterator[dict[str, Any]]:
    """Every file, and what archives held as `PATH#number`."""
    for item in BatchItem.objects.filter(batch=batch).select_related("archive").order_by("id").iterator():
        path = f"{sent[item.archive.number]}#{item.number}" if item.archive else str(sent[item.number])
        yield {"path": path, "outcome": item.outcome, "reason": item.reason, "instance": item.instance_id}


def unreadable_rows(paths: list[Path], sent: dict[int, Path]) -> Iterator[dict[str, Any]]:
    readable = set(sent.values())
    for path in paths:
        if path not in readable:
            yield {"path": str(path), "outcome": "rejected", "reason": "unreadable", "instance": None}

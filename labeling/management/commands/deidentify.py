"""manage.py deidentify IN OUT --profile NAME --report FILE: de-identify a folder, with no server and no database."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.actions.deidentified_folders import FolderWork, Named
from labeling.domain.dicom.deidentification.profiles import BASIC, BUILT_IN, Profile
from labeling.management.paths import files_of
from labeling.models import Outcome


class Command(BaseCommand):
    help = (
        "De-identify every DICOM file of a folder into another, after PS3.15 Annex E. Outputs are named by their new "
        "SOPInstanceUID; the report names files by number only, in the order of their paths."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, metavar="IN", help="a folder, or one file")
        parser.add_argument("target", type=Path, metavar="OUT", help="a folder, made if it is not there")
        known = ", ".join(sorted(BUILT_IN))
        parser.add_argument(
            "--profile", default=BASIC.name, metavar="NAME", help=f"{known}, or a JSON file with a profile"
        )
        parser.add_argument("--report", type=Path, metavar="FILE", help="what became of each file, as JSON")
        parser.add_argument(
            "--show-paths", action="store_true", help="on the terminal say the paths of files that were not taken"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        profile = profile_named(options["profile"])
        source, target = Path(options["source"]).resolve(), Path(options["target"]).resolve()
        if target == source or target.is_relative_to(source):
            raise CommandError("OUT must not lie within IN: its files would be taken for sources")
        paths = list(files_of([source]))
        if not paths:
            raise CommandError(f"there is no file in {source}")
        work = FolderWork(folder=target, profile=profile)
        for file in work.run(paths):
            if file.outcome not in (Outcome.ACCEPTED, Outcome.DUPLICATE):
                name = place(file.file, options["show_paths"])
                self.stderr.write(f"{file.outcome:<12} {file.reason:<30} {name}")
        report = work.report.to_json()
        if options["report"]:
            Path(options["report"]).write_text(json.dumps(report, indent=1), encoding="utf-8")
        counts = report["counts"]
        self.stdout.write(f"{counts['files']} files: " + ", ".join(f"{counts[o]} {o}" for o in Outcome.values))


def place(file: Named, is_path_shown: bool) -> str:
    member = f"#{file.member}" if file.member else ""
    return f"{file.path if is_path_shown else file.number}{member}"


def profile_named(name: str) -> Profile:
    name = BASIC.name if name == "default" else name
    if name in BUILT_IN:
        return BUILT_IN[name]
    try:
        return Profile.from_json(json.loads(Path(name).read_text(encoding="utf-8")))
    except OSError as error:
        known = ", ".join(sorted(BUILT_IN))
        raise CommandError(f"there is no profile {name} (profiles: {known}, or a JSON file)") from error
    except (ValueError, TypeError, KeyError) as error:
        raise CommandError(f"{name} does not hold a profile") from error

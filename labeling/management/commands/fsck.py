"""manage.py fsck: prove that rows and files agree."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labeling.actions import consistency


class Command(BaseCommand):
    help = (
        "Read every stored file: rows without files, files without rows, wrong hashes. Exit status 1 if there are any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument(
            "--grace",
            type=float,
            default=600.0,
            metavar="SECONDS",
            help="files younger than this may still get their row (default: 600)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = consistency.check(grace_seconds=options["grace"])
        if options["as_json"]:
            self.stdout.write(json.dumps(found.to_json(), indent=1))
        else:
            for name, keys in found.problems().items():
                for key in keys:
                    self.stdout.write(f"{name}: {key}")
            self.stdout.write(f"{found.files} files read, {sum(map(len, found.problems().values()))} problems")
        if any(found.problems().values()):
            raise CommandError("rows and files do not agree")

"""manage.py create_demo: the demo project, with accounts whose passwords are written to a file of the data folder."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from labeling.actions import demo
from labeling.apps import data_folder

FILE_NAME = "demo-accounts.txt"


class Command(BaseCommand):
    help = f"Make what is missing of the demo project. Names and passwords go to {FILE_NAME} in the data folder."

    def handle(self, *args: Any, **options: Any) -> None:
        passwords = kept_passwords(data_folder() / FILE_NAME)
        project = demo.create_demo(passwords=passwords)
        self.stdout.write(f"project {project.key} has {project.cases.count()} cases")


def kept_passwords(path: Path) -> dict[str, str]:
    """What the file says; made with new passwords, for its owner's eyes only, when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = "".join(f"{name} {secrets.token_urlsafe(12)}\n" for name in demo.ROLES)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made)
    except FileExistsError:
        pass
    kept = dict(line.split(maxsplit=1) for line in path.read_text().splitlines() if len(line.split()) == 2)
    return {name: kept.get(name) or secrets.token_urlsafe(12) for name in demo.ROLES}

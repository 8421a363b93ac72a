"""Files that an operator names on the command line."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import CommandError


def files_of(paths: list[Path]) -> Iterator[Path]:
    """Files in a fixed order, folders walked; links to folders are not followed, nor are pipes and devices opened."""
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path} does not exist")
        if path.is_file():
            yield path
        for folder, folders, names in os.walk(path):
            folders.sort()
            yield from (found for name in sorted(names) if (found := Path(folder, name)).is_file())

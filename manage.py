#!/usr/bin/env python3
"""The one entry point; it needs only Python 3.11 or newer and the package index.

python3 manage.py up      set everything up and run it; Ctrl-C stops it
python3 manage.py stop    stop what `up` started in another terminal
python3 manage.py test    set everything up and run the tests
python3 manage.py setup   only set up: what `up` and `test` do first
python3 manage.py <any Django command>
"""

import os
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotation_site.settings")
    # In a container image, or wherever the operator looks after packages and servers, this is plain Django.
    if os.environ.get("OVERREAD_MANAGED_ENV") == "1":
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
        return 0
    runpy.run_path(str(ROOT / "annotation_site" / "local" / "bootstrap.py"))["ensure"](ROOT, sys.argv)
    from annotation_site.local import commands

    return commands.run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())

"""What `up` does before the application starts: schema, static files, demo project. Run as a module."""

import django
from django.core.management import call_command, get_commands


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if "create_demo" in get_commands():
        call_command("create_demo")


if __name__ == "__main__":
    main()

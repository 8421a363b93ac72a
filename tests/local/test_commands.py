"""Django's commands and `manage.py test` with servers of their own."""

import tempfile
from pathlib import Path

from tests.local.running import command, left_over


def test_a_django_command_gets_servers_for_itself_and_leaves_none(tmp_path):
    folder = tmp_path / "var"
    asked = command(
        folder,
        "shell",
        "--no-imports",
        "-c",
        "from django.db import connection as c; k = c.cursor(); k.execute('select 6 * 7'); print(k.fetchone()[0])",
    )
    assert (asked.returncode, asked.stdout) == (0, "42\n"), asked.stderr
    assert left_over([], folder) == []


def test_a_data_folder_with_a_long_path_will_do(tmp_path):
    folder = tmp_path / ("a folder of a clinic in Zürich " * 3).strip() / "var"
    assert command(folder, "migrate", "--check", "contenttypes", "zero").returncode == 0


def test_help_needs_no_server(tmp_path):
    told = command(tmp_path / "var", "help", "migrate")
    assert told.returncode == 0
    assert not (tmp_path / "var/postgres").exists()


def test_the_tests_run_on_throw_away_servers(tmp_path):
    before = set(Path(tempfile.gettempdir()).glob("overread-test-*"))
    run = command(tmp_path / "var", "test", "--collect-only", "tests/local/test_chromium.py")
    assert run.returncode == 0, run.stdout + run.stderr
    assert set(Path(tempfile.gettempdir()).glob("overread-test-*")) <= before
    assert not (tmp_path / "var").exists()

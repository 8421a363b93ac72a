"""The container layout, checked without Docker: it parses, and names only what exists."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.local.running import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
OURS = ["migrate", "web", "worker", "beat"]
# What the images bring along.
PROGRAMS_OF_IMAGES = {
    "postgres": {"pg_isready"},
    "redis": {"sh", "valkey-server", "valkey-cli", "grep"},
    "nginx": {"wget"},
}
VARIABLES_OF_IMAGES = {
    "postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"},
    "redis": {"REDIS_PASSWORD"},
}
SYSTEM_PROGRAMS = {"sh", "find", "grep"}


def first_words(command):
    """Give the programs a command starts: its first word, and those inside `sh -c`."""
    if isinstance(command, str):
        command = ["sh", "-c", command]
    if command[0] in {"CMD", "CMD-SHELL"}:
        command = ["sh", "-c", command[1]] if command[0] == "CMD-SHELL" else command[1:]
    if command[:2] != ["sh", "-c"]:
        return {command[0]}
    parts = re.split(r"&&|\|\||[|;]", command[2])
    words = ([word for word in part.split() if "=" not in word and word != "exec"] for part in parts)
    return {"sh", *(each[0] for each in words)}


def commands(service):
    return [each for each in [service.get("command"), service.get("healthcheck", {}).get("test")] if each]


def test_it_has_every_part():
    assert set(SERVICES) == {*OURS, "postgres", "redis", "nginx"}


def test_every_variable_of_ours_is_known_to_settings():
    known = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "annotation_site/settings.py").read_text()))
    known |= {"OVERREAD_MANAGED_ENV"}
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= known, name


def test_every_variable_of_the_others_is_known_to_their_image():
    for name, known in VARIABLES_OF_IMAGES.items():
        assert set(SERVICES[name]["environment"]) <= known


def test_the_example_names_every_variable_and_no_other():
    used = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE))
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / "docker/example.env").read_text(), re.MULTILINE))
    assert used == offered


@pytest.mark.parametrize("name", ["SECRET_KEY", "DEID_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"])
def test_a_secret_has_no_default_and_is_demanded_in_a_sentence(name):
    uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", COMPOSE)
    assert uses
    assert all(use.startswith(f":?put {name} into .env") for use in uses)
    assert f"\n{name}=\n" in (ROOT / "docker/example.env").read_text()


def test_every_program_exists():
    beside_python = {program.name for program in Path(sys.executable).parent.iterdir()}
    for name, service in SERVICES.items():
        has = SYSTEM_PROGRAMS | beside_python if name in OURS else SYSTEM_PROGRAMS & {"sh"} | PROGRAMS_OF_IMAGES[name]
        for command in commands(service):
            assert first_words(command) <= has, name


def test_every_file_a_command_names_is_in_the_image():
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    named = re.findall(r"[\w/]+\.py\b", COMPOSE + (ROOT / "Dockerfile").read_text())
    assert set(named) == {"manage.py", "docker/healthcheck.py"}
    for path in named:
        assert (ROOT / path).exists()
        assert path in allowed


def test_no_part_runs_as_root_and_each_is_watched():
    assert re.search(r"^USER overread$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert SERVICES["postgres"]["user"] == "postgres"
    assert SERVICES["redis"]["user"] == "valkey"
    assert "unprivileged" in SERVICES["nginx"]["image"]
    assert all("healthcheck" in service for name, service in SERVICES.items() if name != "migrate")


def test_only_nginx_is_reachable_and_only_from_this_host():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["nginx"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["nginx"]["ports"])


def test_the_application_runs_without_the_local_package(tmp_path):
    left_out = shutil.ignore_patterns("local", "__pycache__")
    shutil.copy(ROOT / "manage.py", tmp_path)
    for name in ("annotation_site", "labeling"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
    (tmp_path / "frontend_static").mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "OVERREAD_MANAGED_ENV": "1",
        "OVERREAD_VAR": str(tmp_path / "var"),
        "DATABASE_URL": "postgresql://overread@postgres/overread",
        "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789",
        "DEID_KEY": "zyxwvutsrqponmlkjihgfedcba9876543210",
    }
    checked = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr

"""The order of the floors, held: imports go down only (DESIGN: interfaces, actions, what is kept, domain, errors)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = {
    "errors": 0,
    "domain": 1,
    "models": 2,
    "storage": 2,
    "intake": 2,
    "sealing": 2,
    "queue": 2,
    "sandbox": 2,
    "migrations": 2,
    "apps": 2,
    "actions": 3,
    "interfaces": 4,
    "templatetags": 4,
    "admin": 4,
    "management": 4,
}
# What is kept: peers. The throw-away process knows no tables and no storage.
SANDBOX_MAY_NOT = {"models", "storage", "intake", "sealing", "queue"}
DOMAIN_ORDER = ["geometry", "dicom", "agreement", "formats"]
MAY_READ_SETTINGS = {"storage.py", "intake.py", "sealing.py", "queue.py", "apps.py"}


def modules() -> list[Path]:
    return sorted(path for path in (ROOT / "labeling").rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, `from a import b` as both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def room(path: Path) -> str:
    parts = path.relative_to(ROOT / "labeling").with_suffix("").parts
    return parts[0]


def ours(path: Path) -> set[tuple[str, ...]]:
    return {tuple(name.split(".")[1:]) for name in imports(path) if name.startswith("labeling.")}


def test_every_module_stands_on_a_known_floor():
    unknown = {room(path) for path in modules()} - set(FLOORS) - {"__init__"}
    assert not unknown


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path):
    here = room(path)
    if here == "__init__":
        return
    for target in ours(path):
        if target and target[0] in FLOORS:
            assert FLOORS[target[0]] <= FLOORS[here], f"{here} imports {'.'.join(target)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_ways_in_do_not_import_each_other(path):
    parts = path.relative_to(ROOT / "labeling").with_suffix("").parts
    if parts[0] != "interfaces" or len(parts) < 2:
        return
    peers = {target[1] for target in ours(path) if target[:1] == ("interfaces",) and len(target) > 1}
    assert not peers & ({"api", "dicomweb", "dimse", "pages", "tasks"} - {parts[1]})


def test_the_domain_knows_no_django_and_keeps_its_own_order():
    for path in modules():
        if room(path) != "domain":
            continue
        assert not {name for name in imports(path) if name.split(".")[0] in {"django", "rest_framework", "celery"}}
        here = path.relative_to(ROOT / "labeling" / "domain").with_suffix("").parts[0]
        if here in DOMAIN_ORDER:
            above = set(DOMAIN_ORDER[DOMAIN_ORDER.index(here) + 1 :])
            assert not {t[1] for t in ours(path) if t[:1] == ("domain",) and len(t) > 1} & above, path


def test_the_sandbox_knows_nothing_of_what_is_kept():
    for path in modules():
        if room(path) == "sandbox":
            assert not {target[0] for target in ours(path)} & SANDBOX_MAY_NOT
            assert not {name for name in imports(path) if name.split(".")[0] == "django"}


def test_settings_are_read_in_few_places():
    readers = {
        path.relative_to(ROOT / "labeling").as_posix()
        for path in modules()
        if "django.conf.settings" in imports(path) and room(path) != "migrations"
    }
    assert readers <= MAY_READ_SETTINGS, readers - MAY_READ_SETTINGS


def test_no_room_is_called_utils():
    forbidden = {"utils", "helpers", "common", "core", "misc"}
    names = {path.stem for path in modules()} | {path.parent.name for path in modules()}
    assert not names & forbidden


def test_there_are_no_signals_and_no_save_overrides():
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert "django.dispatch" not in imports(path), path
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and room(path) == "models":
                assert node.name not in {"save", "delete"}, f"{path}: {node.name}"


def test_the_local_run_stays_out_of_the_application():
    for path in modules():
        assert not {name for name in imports(path) if name.startswith("annotation_site.local")}, path

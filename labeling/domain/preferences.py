"""What a person's page remembers for them: keys, and what they have seen. Plain values in and out."""

import re
from typing import Any

from labeling.errors import InvalidPreferences

MOST_KEYS = 200
LONGEST_KEY = 24

_COMMAND = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_FLAGS = ("tour_seen", "snaps_to_edges")


def checked_preferences(values: object) -> dict[str, Any]:
    """`keys` maps commands to keys, each once, or to "" for none; flags are yes or no. Raises InvalidPreferences."""
    if not isinstance(values, dict) or set(values) - {"keys", *_FLAGS}:
        raise InvalidPreferences(f"preferences are keys, {' and '.join(_FLAGS)}")
    found: dict[str, Any] = {"keys": _keys(values.get("keys", {}))}
    for name in _FLAGS:
        if not isinstance(values.get(name, False), bool):
            raise InvalidPreferences(f"{name} is true or false")
        found[name] = values.get(name, False)
    return found


def _keys(values: object) -> dict[str, str]:
    if not isinstance(values, dict) or len(values) > MOST_KEYS:
        raise InvalidPreferences(f"keys are at most {MOST_KEYS} commands with a key each")
    for command, key in values.items():
        if not isinstance(command, str) or not _COMMAND.fullmatch(command):
            raise InvalidPreferences("a command is named by letters and digits")
        if not isinstance(key, str) or len(key) > LONGEST_KEY or not key.isprintable():
            raise InvalidPreferences(f"the key of {command} is text of at most {LONGEST_KEY} characters")
    given = [key for key in values.values() if key]
    if len(set(given)) < len(given):
        raise InvalidPreferences("two commands have the same key")
    return dict(values)

"""A JSON object that came from outside, checked member by member."""

import re
from math import isfinite
from typing import Any

from labeling.errors import InvalidSchema, OverreadError


class Fields:
    """Each member is checked as it is taken; `place` names the object in what is said, `error` is raised."""

    def __init__(
        self, values: object, place: str, allowed: set[str], error: type[OverreadError] = InvalidSchema
    ) -> None:
        if not isinstance(values, dict):
            raise error(f"{place} must be an object")
        if unknown := sorted(map(str, set(values) - allowed)):
            raise error(f"{place} has unknown fields: {', '.join(unknown)[:80]}", place=place)
        self.values, self.place, self.error = values, place, error

    def refuse(self, field: str, why: str) -> OverreadError:
        return self.error(f"{self.place}: {field} {why}", place=self.place, field=field)

    def text(self, field: str, longest: int, default: str | None = None) -> str:
        value = self.values.get(field, default)
        if not isinstance(value, str) or len(value) > longest or not value.isprintable():
            raise self.refuse(field, f"must be text of at most {longest} characters")
        if default is None and not value.strip():
            raise self.refuse(field, "is missing")
        return value.strip()

    def matching(self, field: str, pattern: re.Pattern[str], why: str, default: str | None = None) -> str:
        value = self.text(field, 40, default)
        if not pattern.fullmatch(value):
            raise self.refuse(field, why)
        return value

    def one_of(self, field: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        value = self.text(field, 40, default)
        if value not in allowed:
            raise self.refuse(field, f"must be one of {', '.join(allowed)}")
        return value

    def many(self, field: str, most: int) -> list[Any]:
        value = self.values.get(field, [])
        if not isinstance(value, list) or len(value) > most:
            raise self.refuse(field, f"must be a list of at most {most}")
        return value

    def number(self, field: str) -> float | None:
        value = self.values.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            raise self.refuse(field, "must be a number")
        return float(value)

    def flag(self, field: str) -> bool:
        value = self.values.get(field, False)
        if not isinstance(value, bool):
            raise self.refuse(field, "must be true or false")
        return value

    def whole(self, field: str, least: int, most: int, default: int | None = None) -> int:
        value = self.values.get(field, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refuse(field, f"must be a whole number from {least} to {most}")
        return value

    def texts(self, field: str, most: int, pattern: re.Pattern[str], why: str) -> tuple[str, ...]:
        """A list of different texts."""
        values = self.many(field, most)
        if any(not isinstance(one, str) or not one.isprintable() or not pattern.fullmatch(one) for one in values):
            raise self.refuse(field, why)
        if len(set(values)) < len(values):
            raise self.refuse(field, "has something twice")
        return tuple(values)

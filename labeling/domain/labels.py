"""What a label schema may say, and what the attributes of a mark may say under it. Plain values in and out."""

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any

from labeling.domain.geometry.shapes import SHAPES
from labeling.domain.json_fields import Fields
from labeling.errors import InvalidAnnotation, InvalidSchema

SCOPES = ("region", "image", "series", "study")
KINDS = ("choice", "number", "text", "yes_no")
MOST_LABELS, MOST_ATTRIBUTES, MOST_CHOICES, LONGEST_TEXT = 200, 20, 50, 1000
RESERVED_KEYS = {"case"}

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_HOTKEY = re.compile(r"[1-9]?")


@dataclass(frozen=True)
class Attribute:
    """A question about a mark. `minimum` and `maximum` are of a number, in `unit`."""

    key: str
    name: str
    kind: str
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class LabelDefinition:
    key: str
    name: str
    colour: str
    code: str = ""
    hotkey: str = ""
    scope: str = "region"
    shapes: tuple[str, ...] = ("box",)
    attributes: tuple[Attribute, ...] = ()


def label_definitions(values: object) -> tuple[LabelDefinition, ...]:
    """Check a whole schema as it comes in JSON. Raises InvalidSchema, which names the label and the field."""
    if not isinstance(values, list) or len(values) > MOST_LABELS:
        raise InvalidSchema(f"labels must be a list of at most {MOST_LABELS}")
    labels = tuple(_label(value, f"label {place}") for place, value in enumerate(values, 1))
    _refuse_repeats([label.key for label in labels], "key")
    _refuse_repeats([label.hotkey for label in labels if label.hotkey], "hotkey")
    _refuse_repeats([label.name.casefold() for label in labels], "name")
    return labels


def _label(values: object, place: str) -> LabelDefinition:
    fields = Fields(values, place, {"key", "name", "colour", "code", "hotkey", "scope", "shapes", "attributes"})
    key = fields.matching("key", _KEY, "must begin with a small letter; small letters, digits and _ may follow")
    fields.place = f"label {key}"
    if key in RESERVED_KEYS:
        raise fields.refuse("key", "is a word that Overread needs itself")
    scope = fields.one_of("scope", SCOPES, "region")
    shapes = tuple(fields.many("shapes", len(SHAPES)))
    if set(map(str, shapes)) - set(SHAPES) or len(set(map(str, shapes))) < len(shapes):
        raise fields.refuse("shapes", f"must be of {', '.join(SHAPES)}")
    if (scope == "region") != bool(shapes):
        raise fields.refuse("shapes", "are there exactly when the scope is region")
    attributes = tuple(
        _attribute(value, f"{fields.place}, attribute {place}")
        for place, value in enumerate(fields.many("attributes", MOST_ATTRIBUTES), 1)
    )
    _refuse_repeats([attribute.key for attribute in attributes], "key", fields.place)
    return LabelDefinition(
        key=key,
        name=fields.text("name", 80),
        colour=fields.matching("colour", _COLOUR, "must look like #E69F00"),
        code=fields.text("code", 80, ""),
        hotkey=fields.matching("hotkey", _HOTKEY, "must be a digit from 1 to 9", ""),
        scope=scope,
        shapes=shapes,
        attributes=attributes,
    )


def _attribute(values: object, place: str) -> Attribute:
    allowed = {"key", "name", "kind", "choices", "minimum", "maximum", "unit", "is_required"}
    fields = Fields(values, place, allowed)
    key = fields.matching("key", _KEY, "must begin with a small letter; small letters, digits and _ may follow")
    kind = fields.one_of("kind", KINDS)
    choices = fields.many("choices", MOST_CHOICES)
    if any(not isinstance(choice, str) or not choice.strip() or len(choice) > 80 for choice in choices):
        raise fields.refuse("choices", "must each be text of at most 80 characters")
    if (kind == "choice" and len(set(choices)) < 2) or len(set(choices)) < len(choices):
        raise fields.refuse("choices", "must be at least two, all different")
    low, high = fields.number("minimum"), fields.number("maximum")
    if low is not None and high is not None and low > high:
        raise fields.refuse("minimum", "is above the maximum")
    return Attribute(
        key=key,
        name=fields.text("name", 80),
        kind=kind,
        choices=tuple(choices) if kind == "choice" else (),
        minimum=low if kind == "number" else None,
        maximum=high if kind == "number" else None,
        unit=fields.text("unit", 20, "") if kind == "number" else "",
        is_required=fields.flag("is_required"),
    )


def _refuse_repeats(values: list[str], field: str, place: str = "the schema") -> None:
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise InvalidSchema(f"{place}: {field} {repeated[0]} is there twice", place=place, field=field)


def check_attributes(attributes: tuple[Attribute, ...], values: object) -> None:
    """Check what a mark says. A required one may be missing: the mark is saved at once, the page asks for it.

    Raises InvalidAnnotation.
    """
    if not isinstance(values, dict):
        raise InvalidAnnotation("attributes must be an object")
    known = {attribute.key: attribute for attribute in attributes}
    for key, value in values.items():
        if key not in known:
            raise InvalidAnnotation(f"the label has no attribute {str(key)[:40]!r}")
        if why := _why_not(known[key], value):
            raise InvalidAnnotation(f"attribute {key} {why}")


def missing_attributes(attributes: tuple[Attribute, ...], values: dict[str, Any]) -> list[str]:
    """Names of required attributes that a mark does not answer."""
    return [a.name for a in attributes if a.is_required and values.get(a.key) in (None, "")]


def _why_not(attribute: Attribute, value: object) -> str:
    match attribute.kind:
        case "choice":
            return "" if value in attribute.choices else f"must be one of {', '.join(attribute.choices)}"
        case "yes_no":
            return "" if isinstance(value, bool) else "must be true or false"
        case "number":
            return _why_no_number(attribute, value)
        case _:
            is_text = isinstance(value, str) and len(value) <= LONGEST_TEXT and "\0" not in value
            return "" if is_text else f"must be text of at most {LONGEST_TEXT} characters"


def _why_no_number(attribute: Attribute, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return "must be a number"
    if attribute.minimum is not None and value < attribute.minimum:
        return f"must not be below {attribute.minimum:g}"
    if attribute.maximum is not None and value > attribute.maximum:
        return f"must not be above {attribute.maximum:g}"
    return ""

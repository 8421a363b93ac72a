"""Marks with defaults; each test says what matters to it."""

import itertools

from labeling.domain.agreement.marks import Finding, Mark
from labeling.domain.geometry.shapes import Box, Points

_numbers = itertools.count(1)


def box(x=0, y=0, width=10, height=10):
    return Box(float(x), float(y), float(width), float(height))


def points(kind, *values):
    return Points(kind, tuple((float(x), float(y)) for x, y in values))


def mark(reader="A", geometry=None, label="nodule", **values):
    identity = values.pop("identity", None) or f"mark-{next(_numbers)}"
    return Mark(identity, reader, label, geometry or box(), values.pop("sop_instance_uid", "1.2"), **values)


def finding(*args, **values):
    return Finding((mark(*args, **values),))

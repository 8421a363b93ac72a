"""What a rule is: what is done with an attribute."""

from enum import Enum, auto
from typing import NamedTuple


class Do(Enum):
    BASIC = auto()  # the action of the Basic Profile: X, Z, D, U or a choice of them by the IOD's type
    KEEP = auto()  # by its VR: numbers as they are, dates moved, UIDs replaced, code strings unless they identify
    AS_IS = auto()  # a UID that names a class or a scheme and no instance
    PROSE = auto()  # words of the vocabulary
    MACHINE = auto()  # text that equipment writes: as it is, unless an identifier is in it
    CODE = auto()  # the value or scheme of a code
    SEQUENCE = auto()  # each item by the same rules
    CONTENT = auto()  # content items of a report, each by its concept
    OFFSET = auto()  # TimezoneOffsetFromUTC: part of the dates, and text by its VR
    PATIENT = auto()
    ACCESSION = auto()
    ICC = auto()
    MAKER = auto()  # the well-known manufacturer that the text names, or nothing


class Rule(NamedTuple):
    do: Do
    basic: str = "X"  # what is done when nothing of the value may stay
    is_listed: bool = False

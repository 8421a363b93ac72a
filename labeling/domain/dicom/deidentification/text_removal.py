"""Take free text that a manager dropped out of a file that we wrote ourselves; all else stays as it is."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from labeling.domain.dicom.deidentification import table
from labeling.domain.dicom.deidentification.identifiers import decoded
from labeling.domain.dicom.elements import PIXEL_DATA, TEXT_VRS, Buffer, Element, Elements, keyword_of, tag_of, text_of
from labeling.domain.dicom.limits import Limits
from labeling.domain.dicom.reading import read
from labeling.domain.dicom.writing import encapsulated, file_bytes
from labeling.errors import BadDicom

Text = tuple[str, str]  # keyword, value

_CHARACTER_SET, _SOP_CLASS, _CODE_MEANING = map(tag_of, ("SpecificCharacterSet", "SOPClassUID", "CodeMeaning"))
_ONE_VALUE_VRS = frozenset({"LT", "ST", "UR", "UT"})  # a backslash is a character of theirs
_DUMMY = b"REMOVED "


@dataclass(frozen=True)
class Removal:
    """The file without the texts, and which of them were there at all."""

    dataset: bytes
    removed: frozenset[Text]


def without_texts(dataset: Buffer, texts: Collection[Text], limits: Limits | None = None) -> Removal:
    """Empty each element, at every depth, whose whole value is one of `texts`; of many values only that one.

    Nothing vanishes: the attribute stays, empty, or with a dummy where its IOD needs a value. Raises BadDicom for what
    is no file of ours.
    """
    limits = limits or Limits()
    source = read(dataset, replace(limits, max_elements=2 * limits.max_elements))  # de-identification adds some
    wanted = frozenset((keyword, plain(value)) for keyword, value in texts)
    removed: set[Text] = set()
    sop_class_uid = text_of(source.elements, _SOP_CLASS)
    for place in _texts(source.elements, 0, ""):
        removed |= _empty(place, wanted, sop_class_uid)
    _drop_offset_table(source.elements)
    return Removal(file_bytes(source.elements, source.transfer_syntax_uid), frozenset(removed))


def plain(value: str) -> str:
    """A value as it is listed and compared: no padding, and nothing that a database cannot keep."""
    kept = value.replace("\0", "").encode("utf-8", "replace").decode()
    return "\\".join(part.strip() for part in kept.split("\\"))


@dataclass(frozen=True)
class _Place:
    """A text element, the sequence that holds it (0 at the top), and the character set there."""

    element: Element
    sequence: int
    character_set: str


def _texts(elements: Elements, sequence: int, character_set: str) -> Iterator[_Place]:
    """Depth is bounded by the reader."""
    character_set = text_of(elements, _CHARACTER_SET) or character_set
    for element in elements.values():
        for item in element.items or ():
            yield from _texts(item, element.tag, character_set)
        if element.items is None and element.vr in TEXT_VRS:
            yield _Place(element, sequence, character_set)


def _empty(place: _Place, wanted: frozenset[Text], sop_class_uid: str) -> set[Text]:
    """Change the element; give what was taken out of it."""
    element, keyword = place.element, keyword_of(place.element.tag)
    text = plain(decoded(element, place.character_set))
    values = [text] if element.vr in _ONE_VALUE_VRS else text.split("\\")
    found = wanted.intersection((keyword, value) for value in {text, *values})
    if not found:
        return set()
    is_out = [(keyword, text) in found or (keyword, value) in found for value in values]
    left = b"" if all(is_out) else _without_values(bytes(element.value), is_out)
    is_needed = element.tag == _CODE_MEANING or table.iod_type(sop_class_uid, place.sequence, element.tag)[:1] == "1"
    element.value = left or (_DUMMY if is_needed else b"")
    return set(found)


def _without_values(raw: bytes, is_out: list[bool]) -> bytes:
    """Values keep their places: others may be counted against them."""
    parts = raw.split(b"\\")
    if len(parts) != len(is_out):
        return b""  # the byte of a backslash within a character, as GBK has: rather too much goes than too little
    left = b"\\".join(b"" if out else part for part, out in zip(parts, is_out, strict=True)).rstrip(b"\\ \0")
    return left + b" " * (len(left) % 2)


def _drop_offset_table(elements: Elements) -> None:
    """The reader gives the offset table as the first fragment, the writer makes it anew: the two must agree."""
    pixels = elements.get(PIXEL_DATA)
    if pixels is None or pixels.fragments is None:
        return
    table, *frames = pixels.fragments or [b""]
    if bytes(encapsulated(frames)[1]) != bytes(table):
        raise BadDicom("the offset table is none of ours")
    pixels.fragments = frames

"""Private attributes that the standard lists as safe (table E.3.10-1): cleaned by their VR like any other.

A block is known by its creator in the same dataset or item, wherever the block lies; what an element of an unknown or
missing creator holds nobody knows, and it goes. What a sender declares safe (0008,0303) is not believed.
"""

from labeling.domain.dicom.deidentification import table, vocabulary
from labeling.domain.dicom.deidentification.values import Cleaning, kept_private
from labeling.domain.dicom.elements import TEXT_VRS, Element, Elements, text_element


def safe_elements(elements: Elements, cleaning: Cleaning) -> Elements:
    """The safe private elements of one dataset or item, with the creators of their blocks."""
    kept: Elements = {}
    for tag, element in elements.items():
        number = tag & 0xFFFF
        creator = elements.get(tag & 0xFFFF0000 | number >> 8) if element.is_private and number > 0xFF else None
        if creator is None:
            continue
        vr = table.safe_private().get((creator.ascii(), tag >> 16, number & 0xFF), "")
        cleaned = _cleaned(element, vr, cleaning)
        if cleaned is not None:
            kept[tag] = cleaned
            kept[creator.tag] = text_element(creator.tag, "LO", creator.ascii())
    return kept


def _cleaned(element: Element, vr: str, cleaning: Cleaning) -> Element | None:
    if vr == "SQ":
        items = element.items or []
        return Element(element.tag, "SQ", items=[safe_elements(item, cleaning) for item in items])
    if element.items is not None or element.fragments is not None or not vr or element.vr not in (vr, "UN"):
        return None
    if vr in TEXT_VRS:
        text = bytes(element.value).decode("ascii", "replace").strip("\0 ")
        kept, _ = vocabulary.cleaned_prose(text, cleaning.known.is_identifying_in_prose)
        return text_element(element.tag, vr, "" if cleaning.known.touch(kept) else kept)
    return kept_private(Element(element.tag, vr, element.value), cleaning)


def private_tags(elements: Elements) -> frozenset[int]:
    """The private tags of a cleaned dataset at every depth: those that `safe_elements` has let through."""
    found: set[int] = set()
    for tag, element in elements.items():
        if element.is_private:
            found.add(tag)
        for item in element.items or ():
            found |= private_tags(item)
    return frozenset(found)

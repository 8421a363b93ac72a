"""Look-up tables with no room behind their last entry, where text could lie."""

from labeling.domain.dicom.elements import Element, Elements, tag_of

_COLOURS = ("Red", "Green", "Blue", "Alpha")
_DATA = {tag_of("LUTDescriptor"): tag_of("LUTData")} | {
    tag_of(f"{colour}PaletteColorLookupTableDescriptor"): tag_of(f"{colour}PaletteColorLookupTableData")
    for colour in _COLOURS
}
_MOST_ENTRIES = 65_536  # which a descriptor calls 0


def trim(elements: Elements) -> None:
    """Cut each table to the number of entries that its descriptor tells, of two bytes or, packed, of one."""
    for descriptor, tag in _DATA.items():
        if tag in elements and descriptor in elements and elements[tag].vr in ("OW", "US", "OB"):
            elements[tag] = _trimmed(elements[tag], bytes(elements[descriptor].value))


def _trimmed(data: Element, descriptor: bytes) -> Element:
    if len(descriptor) != 6:
        return data
    entries = int.from_bytes(descriptor[:2], "little") or _MOST_ENTRIES
    is_packed = int.from_bytes(descriptor[4:], "little") <= 8 and len(data.value) < 2 * entries
    size = entries + entries % 2 if is_packed else 2 * entries
    return data if len(data.value) <= size else Element(data.tag, data.vr, data.value[:size])

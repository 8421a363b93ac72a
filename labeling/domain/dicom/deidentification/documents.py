"""What stands in for an encapsulated document: PS3.15 wants it replaced, and does not say how one would be cleaned."""

_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Size 4/Root 1 0 R>>\n%%EOF\n"
)
_BY_MIME_TYPE = {
    "application/pdf": _PDF,
    "text/xml": b'<?xml version="1.0"?><removed/>\n',
    "model/stl": b"solid removed\nendsolid removed\n",
    "model/obj": b"# removed\n",
    "model/mtl": b"# removed\n",
}


def empty_document(mime_type: str) -> bytes:
    """A document of that type with nothing in it; two zero bytes for types that are not known."""
    return _BY_MIME_TYPE.get(mime_type.lower().strip(), bytes(2))

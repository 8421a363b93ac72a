"""Zips made in code, honest and hostile."""

import io
import struct
import zipfile


def of(members, compression=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, content); a name may come twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members:
            file.writestr(name, content)
    return buffer.getvalue()


def encrypted():
    """The flag is what a reader goes by; the content need not be encrypted."""
    return flagged(of([("a.dcm", b"secret" * 10)]), 0x1)


def flagged(content, bits):
    content = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(signature)
        content[start + offset] |= bits
    return bytes(content)


def link():
    info = zipfile.ZipInfo("a.dcm")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return of([(info, b"/etc/passwd")])


def overlapping(count=50):
    """Directory entries that all point at one member: quadratic, as in zip bombs of the better kind."""
    content = of([("a", bytes(1 << 20))])
    start = content.find(b"PK\x01\x02")
    end = content.find(b"PK\x05\x06")
    entry = content[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, start, 0)
    return content[:start] + entry * count + tail


def lying_about_size(size=1 << 34):
    """The directory says that a member inflates to 16 GiB (in its last 4 bytes' place: as much as fits)."""
    content = bytearray(of([("a", bytes(1 << 16))]))
    start = content.find(b"PK\x01\x02")
    struct.pack_into("<L", content, start + 24, min(size, 0xFFFFFFFE))
    return bytes(content)


def damaged():
    """A directory that is whole, a member that is not."""
    content = bytearray(of([("a", bytes(range(256)) * 40), ("b", b"whole")], zipfile.ZIP_STORED))
    content[100] ^= 0xFF
    return bytes(content)

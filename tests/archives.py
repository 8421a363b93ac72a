"""Zips made in code, honest and hostile."""

import io
import struct
import zipfile
import zlib


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


END, LOCATOR, END_64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
PLAIN = (("a", b"first"), ("b", b"second"))


def stored(*members):
    return of(members or PLAIN, zipfile.ZIP_STORED)


def patched(content, signature, offset, form, value, *, last=False):
    """A field of the first (or last) header with this signature is changed."""
    changed = bytearray(content)
    start = changed.rfind(signature) if last else changed.find(signature)
    struct.pack_into(form, changed, start + offset, value)
    return bytes(changed)


def entry(offset, form, value, *, last=False, content=None):
    """A field of an entry: 10 method, 20 packed size, 24 size, 28 and 30 lengths of name and extra field, 42 place."""
    return patched(content or stored(), b"PK\x01\x02", offset, form, value, last=last)


def local(offset, form, value, *, last=False, content=None):
    return patched(content or stored(), b"PK\x03\x04", offset, form, value, last=last)


def end_record(offset, form, value, content=None):
    """4 disk, 8 entries here, 10 entries, 12 bytes of the directory, 16 its place, 20 length of the comment."""
    return patched(content or stored(), END, offset, form, value, last=True)


def with_mode(mode, system=3):
    info = zipfile.ZipInfo("a.dcm")
    info.create_system, info.external_attr = system, mode << 16
    return stored((info, b"/etc/passwd"))


def zip64(*, entries=2, directory_bytes=None, start=None, at=None):
    """The end of an honest archive in the 64-bit form; each number may be a lie."""
    content = stored()
    end = content.rfind(END)
    *_, size, place, _ = struct.unpack("<4s4H2LH", content[end:])
    size, place = size if directory_bytes is None else directory_bytes, place if start is None else start
    record = struct.pack("<4sQ2H2L4Q", END_64, 44, 45, 45, 0, 0, entries, entries, size, place)
    locator = struct.pack("<4sLQL", LOCATOR, 0, end if at is None else at, 1)
    return content[:end] + record + locator + content[end:]


def with_zip64_extra(size, place=None):
    """Sizes of the first member as its extra field of 64 bits has them."""
    info = zipfile.ZipInfo("a")
    values = [size, 5] + ([] if place is None else [place])
    info.extra = struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values)
    content = stored((info, b"first"), ("b", b"second"))
    content = entry(24, "<L", 0xFFFFFFFF, content=content)
    content = entry(20, "<L", 0xFFFFFFFF, content=content)
    return content if place is None else entry(42, "<L", 0xFFFFFFFF, content=content)


def many_entries(count):
    """A directory of this many entries of an empty file each, all of one place."""
    content = stored(("a", b""))
    start, end = content.find(b"PK\x01\x02"), content.find(END)
    directory = content[start:end] * count
    return content[:start] + directory + struct.pack("<4s4H2LH", END, 0, 0, 1, 1, len(directory), start, 0)


def quoting(count=20):
    """Each member's deflate stream begins with the next members' headers, quoted in stored blocks, and ends in one
    kernel that all share."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel_bytes = kernel.compress(bytes(1 << 20)) + kernel.flush()
    tail, size, crc = kernel_bytes, 1 << 20, zlib.crc32(bytes(1 << 20))
    plain, headers = bytes(1 << 20), []
    for number in range(count):
        name = f"{number:04d}".encode()
        header = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(tail), size, len(name), 0) + name
        headers.append((name, crc, len(tail), size, len(tail) + len(header)))
        block = struct.pack("<B2H", 0, len(header), len(header) ^ 0xFFFF)
        plain = header + plain
        tail, size, crc = block + header + tail, size + len(header), zlib.crc32(plain)
    body = tail[5:]  # the outermost header is not quoted
    directory = b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, c, packed, n, len(name), 0, 0, 0, 0, 0, len(body) - t
        )
        + name
        for name, c, packed, n, t in headers
    )
    return body + directory + struct.pack("<4s4H2LH", END, 0, 0, count, count, len(directory), len(body), 0)


def named(name):
    """Whatever zipfile would make of the name: it is written over one of the same length."""
    content = stored(("x" * len(name), b"content"))
    return content.replace(b"x" * len(name), name)

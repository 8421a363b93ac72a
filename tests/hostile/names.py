"""UIDs that are paths, text that is not text, and files that are two things at once: T6, T7 and T8."""

from itertools import product

from tests.hostile.build import CANARY, case, element, image, item, sequence, text

STUDY, SERIES, INSTANCE, SOP_CLASS = 0x0020000D, 0x0020000E, 0x00080018, 0x00080016
NAME, PATIENT, CHARACTER_SET = 0x00100010, 0x00100020, 0x00080005

UIDS = [
    case(f"{name} {uid[:20]!r}", image({tag: text("UI", uid)}), code)
    for (tag, name), (uid, code) in product(
        {STUDY: "study", SERIES: "series", INSTANCE: "instance"}.items(),
        (
            (b"../../../tmp/evil", "bad_uid"),
            (b"%2e%2e/evil", "bad_uid"),
            (b"..\\..\\evil", "bad_uid"),
            (b"/etc/passwd", "bad_uid"),
            (b"1.2\0.3", "bad_uid"),
            (b"1.2.3\\4.5.6", "bad_uid"),
            (b"1." * 2500 + b"1", "bad_uid"),
            (b"1.2.3 OR 1=1", "bad_uid"),
            (b"1.2.\xb2", "bad_uid"),
            (b"-1.2", "bad_uid"),
            (b"", "missing_uid"),
            (b"\0\0\0\0", "missing_uid"),
        ),
    )
] + [
    case("a SOP class that is a path", image({SOP_CLASS: text("UI", "../../evil")}), "unsupported_sop_class"),
    case("a SOP class of 60 kB", image({SOP_CLASS: text("UI", "1." * 30_000 + "1")}), "unsupported_sop_class"),
    case("no SOP class", image({SOP_CLASS: None}), "unsupported_sop_class"),
    case("a UID as a sequence", image({STUDY: sequence(STUDY, item(b""))}), "missing_uid"),
    case("a UID as a number", image({STUDY: ("UL", b"1.2\0")}), "accepted", "bad_uid"),
    case("a directory of a medium", image({SOP_CLASS: text("UI", "1.2.840.10008.1.3.10")}), "dicomdir"),
    case("a document", image({SOP_CLASS: text("UI", "1.2.840.10008.5.1.4.1.1.104.1")}), "encapsulated_document"),
]

CHARACTERS = [
    case(
        f"a name in {character_set[:20]!r}, {number}",
        image({CHARACTER_SET: text("CS", character_set), NAME: text("PN", name)}),
        "accepted",
    )
    for number, (character_set, name) in enumerate(
        (
            ("EVIL", b"Zwetschkenbaum^\xff\xfe"),
            ("../../x", b"Zwetschkenbaum^\xe4"),
            ("ISO_IR 192", b"Zwetschkenbaum^\xff\xc3"),
            ("ISO_IR 192", "Zwetschkenbaum^\u202emuab".encode()),
            ("\\ISO 2022 IR 87", b"Yamada^\x1b$B;3ED\x1b("),
            ("\\ISO 2022 IR 87\\" * 50, b"\x1b$B" * 100),
            ("ISO 2022 IR 149", b"\x1b$)C\xb1\x1b"),
            ("GB18030", b"\x81\x30\x81"),
            ("", b"\0\0\0"),
            ("utf_16", b"\xff\xfe\0\xd8"),
            ("rot13", b"Mjrgfpuxraonhz"),
            ("base64_codec", b"////"),
            ("unicode_escape", b"\\ud800\\x00"),
            ("idna", b"xn--" * 100),
            ("ISO_IR 100\\" * 3000, b"Zwetschkenbaum^\xe4"),
        )
    )
]

TEXTS = [
    case(name, made, "accepted")
    for name, made in (
        ("a name of 60 kB", lambda: image({NAME: text("PN", "^" * 60_000)})),
        ("a name of 60,000 characters of one word", lambda: image({NAME: text("PN", "a" * 60_000)})),
        ("20,000 names of one letter", lambda: image({NAME: text("PN", "\\".join("abcd" * 5000))})),
        (
            "10,000 words in the identifier",
            lambda: image({PATIENT: text("LO", " ".join(f"w{n}" for n in range(9_000)))}),
        ),
        ("64 MB of text", lambda: image({0x00204000: element(0x00204000, "UT", b"Zwetsch " * (8 << 20))})),
        ("control characters", image({NAME: text("PN", bytes(range(1, 32)) + CANARY)})),
        ("HTML in a description", image({0x0008103E: text("LO", "<script>Zwetschkenbaum</script>")})),
        ("a formula in a description", image({0x00081030: text("LO", "=cmd|'/c calc'!A1 Zwetschkenbaum")})),
        ("HTML in a code string", image({0x00180015: text("CS", "<IMG SRC=X>")})),
        ("a NUL in a code string", image({0x00180015: text("CS", b"CHEST\0Zwetschkenbaum")})),
        ("a date of next year's leap", image({0x00080020: text("DA", "20250229")})),
        ("a date of year 0", image({0x00080020: text("DA", "00000000")})),
        ("a date of year 9999", image({0x00080020: text("DA", "99991231")})),
        ("a date of year 1", image({0x00080020: text("DA", "00010101")})),
        ("a date of other digits", image({0x00080020: text("DA", "\xb2\xb2\xb2\xb22222")})),
        ("a range as date", image({0x00080020: text("DA", "20240101-20241231")})),
        ("an age of 999 years", image({0x00101010: text("AS", "999Y")})),
        ("an age of noise", image({0x00101010: text("AS", b"\xff\xff\xff\xff")})),
        ("numbers of 16,000 digits", image({0x00200013: text("IS", "9" * 16_000)})),
        ("a number that is too large for all", image({0x00200013: text("IS", "9" * 12)})),
        ("a position of NaN", image({0x00200032: text("DS", "nan\\inf\\-inf")})),
        ("an empty name", image({NAME: text("PN", "")})),
        ("no patient at all", image({NAME: None, PATIENT: None})),
    )
]

PREAMBLES = {
    "PE": b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0",
    "ELF": b"\x7fELF\2\1\1" + bytes(9) + b"\2\0>\0",
    "Mach-O": b"\xcf\xfa\xed\xfe\7\0\0\1",
    "ZIP": b"PK\x03\x04\x14\0\0\0\0\0",
    "PDF": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>",
    "HTML": b"<html><script>alert(1)</script>",
    "GIF": b"GIF89a\x01\0\x01\0\x80\0\0",
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "TIFF": b"II*\0\x08\0\0\0",
    "shell": b"#!/bin/sh\nrm -rf /\nexit\n",
    "gzip": b"\x1f\x8b\x08\0\0\0\0\0",
    "RAR": b"Rar!\x1a\7\1\0",
    "PHP": b"<?php system($_GET['c']); ?>",
    "a name": CANARY,
}
POLYGLOTS = [
    case(f"{name} in the preamble", image(preamble=preamble), "accepted") for name, preamble in PREAMBLES.items()
]
POLYGLOTS += [
    case("a zip behind the pixels", image(after=b"PK\5\6" + bytes(18)), "malformed", "truncated"),
    case("a zip in a private element", image(before=element(0x00091010, "OB", b"PK\5\6" + bytes(18))), "accepted"),
    case("a PDF in the pixels' tail", image({0x7FE00010: ("OB", bytes(80) + b"%PDF-1.7 " + CANARY)}), "accepted"),
]

CASES = [*UIDS, *CHARACTERS, *TEXTS, *POLYGLOTS]

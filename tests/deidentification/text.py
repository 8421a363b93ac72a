"""Words of names and every way in which the bytes of a file may spell a string."""

import re

CODECS = {
    "ISO_IR 100": "latin-1",
    "ISO_IR 144": "iso8859_5",
    "ISO 2022 IR 87": "iso2022_jp",
    "GB18030": "gb18030",
    "ISO_IR 192": "utf-8",
}


def words_of(name):
    """Split a person's name into its words, and join again what a hyphen or an apostrophe divides."""
    words = set()
    for part in re.split(r"[\^=\s]+", name):
        words |= {part, *re.split(r"[-']", part), re.sub(r"[-']", "", part)}
    return {word for word in words if word}


def spoken_numbers(number):
    """Give the ways in which people write a patient's number: as it is, without hyphens, without its letters."""
    number = number.strip(" \0")
    runs = [digits for digits in re.findall(r"\d+", number) if len(digits) >= 6]
    return [number, number.replace("-", ""), *(runs if "-" in number else [])]


def spellings(value, charset):
    """Give the byte strings to search for: ASCII or UTF-8, UTF-16 and the file's own character set."""
    names = [charset] if isinstance(charset, str) else list(charset)
    codecs = ["utf-8", "utf-16-le", "utf-16-be", *(CODECS[name] for name in names if name in CODECS)]
    found = set()
    for codec in codecs:
        try:
            found.add(value.encode(codec).lower())
        except UnicodeEncodeError:
            continue
    return found


def without_escapes(spelled):
    """Drop the escape sequences that ISO 2022 puts around a word: in a file they may stand further out."""
    return re.sub(rb"^\x1b\$b|\x1b\(b$", b"", spelled)


def holds(content, value, charset):
    """Say whether lower-cased bytes hold the value in any spelling."""
    return any(without_escapes(spelled) in content for spelled in spellings(value, charset))

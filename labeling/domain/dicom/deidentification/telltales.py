"""Text that gives a person away by its form, whoever it is: dates, telephone numbers, addresses of mail and of pages,
titles, high ages. Searched in what is otherwise kept as it is: code strings, codes, text that equipment writes.
"""

import re

_MONTH = r"(?:JAN|FEB|MAR|APR|MAY|MAI|JUN|JUL|AUG|SEPT?|OCT|OKT|NOV|DEC|DEZ)[A-Z]{0,6}"
MONTH = re.compile(_MONTH)
_YEAR = r"(?:1[89]|20)\d\d"
_DATE = (
    rf"\b{_YEAR}[-./ ]\d\d?[-./ ]\d\d?\b|\b\d\d?[-./ ]\d\d?[-./ ](?:{_YEAR})\b|\b\d\d?/\d\d?/\d\d\b"
    rf"|\b\d\d?[-./ ]*{_MONTH}[-./, ]*(?:{_YEAR}|\d\d)\b|\b{_MONTH}[-./ ]*\d\d?[-., ]+{_YEAR}\b"
)
_COMPACT_DATE = r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
_TELEPHONE = r"\b\d{3}[-. ]\d{4}\b|\b\d{3}[-./ ]\d{3}[-. ]\d{3,4}\b|\+\d[\d ()/-]{7,}|\(\d{3}\) ?\d{3}"
_ADDRESS = r"[\w.+-]+@[\w-]|\b(?:HTTPS?|FTP|MAILTO):(?!//(?:WWW\.)?GIT(?:HUB|LAB)\.COM/)"  # where software comes from
_TITLE = r"\b(?:DR|PROF|MRS|MS|MISS|HERR|FRAU|MME)\b\.?[ _^]+[A-Z]{3}"
_HIGH_AGE = r"\b(?:9\d|1[0-3]\d)[ _-]?(?:Y|YR|YRS|YO|YEARS?|J|ANS)\b|\b0(?:9\d|1[0-3]\d)Y\b"
_ANY = re.compile("|".join((_DATE, _TELEPHONE, _ADDRESS, _TITLE, _HIGH_AGE)))
_TWO_NUMBERS = re.compile(r"\d{3,4}[- ]\d{3,4}")
_ANY_DATE = re.compile(f"{_DATE}|{_COMPACT_DATE}")
_BUILD = re.compile("|".join((_TELEPHONE, _ADDRESS, _TITLE, _HIGH_AGE)))


def tells(text: str) -> bool:
    """For code strings and codes, in which no date has a place."""
    upper = text.upper()
    return bool(_ANY.search(upper) or _ANY_DATE.search(upper) or _TWO_NUMBERS.fullmatch(upper.strip()))


def tells_beside_dates(text: str) -> bool:
    """For text that equipment writes: the day on which a version was built is no secret."""
    return bool(_BUILD.search(text.upper()))

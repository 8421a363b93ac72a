"""Free text: only words of a medical vocabulary and short numbers stay.

PS3.15 E.3.5 says what must go, not what may stay; it suggests to keep only what is known to be safe. The words are
data (`data/vocabulary.txt`): anatomy, modality, sequence, view, contrast, technique, findings. Words that are also
common family or given names were left out unless they name a part of the body. Two numbers beside each other are never
kept: they may be a date or a telephone number.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pydicom.datadict import tag_for_keyword

from labeling.domain.dicom.deidentification.telltales import MONTH

_FILE = Path(__file__).parent / "data" / "vocabulary.txt"
_TOKEN = re.compile(r"\d+(?:\.\d+)?[^\W_]*|[^\W\d_]+\d*[^\W_]*", re.UNICODE)
_NUMBER = re.compile(r"\d{1,3}|\d{1,3}\.\d|\d\.\d{1,3}")  # 12.03 may be a day and a month
_NUMBER_WITH_UNIT = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)([A-Z]+\d?)|(\d{4})([A-Z]{2,})")  # 1956M is a man
_WORD_WITH_NUMBER = re.compile(r"([A-Z]{2,})(\d{1,3})")
_KERNELS = "FC|FL|B[FLPRV]|H[CFPRV]|QR|U[BHR]|S[AB]|E[BC]"  # JD56 has initials and a year of birth
_LEVELS = re.compile(
    rf"(?:[CTLS]\d{{1,2}}){{1,2}}|V\dR?|(?:[A-LN-XZ]|{_KERNELS})\d{{2}}[A-Z]?|\d{{1,3}}X\d{{1,3}}(?:X\d{{1,3}})?|\d(?:ST|ND|RD|TH)"
)
_AGE_WORDS = frozenset(["YEAR", "YEARS", "AGE", "AGED", "OLD", "YO", "YR", "YRS", "Y", "M", "F", "MALE", "FEMALE", "W"])
_HIGH_AGE = re.compile(r"(?:9\d|1[0-3]\d)")
_PEOPLE = frozenset(["PATIENT", "PERSON", "SUBJECT", "IDENTIFICATION", "NAME"])  # PATIENT123 is a record number
_KEYWORD_LETTERS = 12
_LONGEST = 100_000  # characters; a value of 64 MB took half a minute, and nobody describes an image in as many
_UNIT_WORDS = """
MM CM M MS S SEC MIN H ML L MG G KG KV KVP MA MAS MSV MGY GY HZ KHZ MHZ T D VIEW VIEWS KEV DEG HU
"""
_UNITS = frozenset(_UNIT_WORDS.split())


@cache
def words() -> frozenset[str]:
    return frozenset(_FILE.read_text(encoding="ascii").split())


def is_known(word: str) -> bool:
    return word.upper() in words()


def cleaned_prose(text: str, is_identifying: Callable[[str], bool]) -> tuple[str, int]:
    """The text without what is not known to be safe, and how many words were cut out.

    Unchanged, with its punctuation, when nothing has to go; otherwise the words that stay, with a blank between.
    """
    if len(text) > _LONGEST:
        return "", 1
    tokens = list(_TOKEN.finditer(text))
    kept = [_may_stay(token[0], is_identifying) for token in tokens]
    _drop_neighbouring_numbers(tokens, kept)
    _drop_ages_and_days(tokens, kept)
    if all(kept) and text.isascii() and text.isprintable():
        return (text, 0) if tokens else ("", 0)
    staying = [token[0] for token, is_kept in zip(tokens, kept, strict=True) if is_kept]
    # Numbers alone say nothing once the words around them are gone.
    if not any(any(map(str.isalpha, word)) for word in staying):
        staying = []
    return " ".join(staying), len(tokens) - len(staying)


def _may_stay(token: str, is_identifying: Callable[[str], bool]) -> bool:
    upper = token.upper()
    if not token.isascii() or is_identifying(upper):
        return False
    if upper in words() or _NUMBER.fullmatch(upper) or _LEVELS.fullmatch(upper) or _names_an_attribute(token):
        return True
    number, word = _NUMBER_WITH_UNIT.fullmatch(upper), _WORD_WITH_NUMBER.fullmatch(upper)
    if number and _HIGH_AGE.fullmatch(number[1] or "") and number[2] in _AGE_WORDS:
        return False
    if word and (word[1] in _AGE_WORDS or word[1] in _PEOPLE or MONTH.fullmatch(word[1])):
        return False
    return bool((number and (number[2] or number[4]) in _UNITS) or (word and word[1] in words()))


def _names_an_attribute(token: str) -> bool:
    """A keyword of the standard's dictionary, as labels of dimensions have them."""
    return len(token) >= _KEYWORD_LETTERS and tag_for_keyword(token) is not None


def _drop_neighbouring_numbers(tokens: list[re.Match[str]], kept: list[bool]) -> None:
    """12/03/56, 555-1234: whatever stands between, numbers beside numbers go."""
    digits = [token[0][0].isdigit() and not any(map(str.isalpha, token[0])) for token in tokens]
    for index in range(1, len(tokens)):
        if digits[index] and digits[index - 1]:
            kept[index] = kept[index - 1] = False


def _drop_ages_and_days(tokens: list[re.Match[str]], kept: list[bool]) -> None:
    """93 YEAR, AGE 93: ages over 89 go. 12 MAR: a month beside a number is no artifact of metal."""
    upper = [token[0].upper() for token in tokens]
    for index in range(1, len(tokens)):
        for number, word in ((index - 1, index), (index, index - 1)):
            if not upper[number][0].isdigit():
                continue
            if MONTH.fullmatch(upper[word]):
                kept[number] = kept[word] = False
            elif _HIGH_AGE.fullmatch(upper[number]) and upper[word] in _AGE_WORDS:
                kept[number] = False

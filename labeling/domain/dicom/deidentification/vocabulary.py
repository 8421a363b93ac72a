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

_FILE = Path(__file__).parent / "data" / "vocabulary.txt"
_TOKEN = re.compile(r"\d+(?:\.\d+)?[^\W_]*|[^\W\d_]+\d*[^\W_]*", re.UNICODE)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})?")
_TWO_DIGITS_EACH = re.compile(r"\d{2}\.\d{2,3}")  # may be a day and a month
_NUMBER_WITH_UNIT = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)([A-Z]+\d?)")
_WORD_WITH_NUMBER = re.compile(r"([A-Z]{2,})(\d{1,3})")
_LEVELS = re.compile(r"(?:[CTLS]\d{1,2}){1,2}|[A-Z]{1,2}\d{2}[A-Z]?|\d{1,3}X\d{1,3}(?:X\d{1,3})?|\d(?:ST|ND|RD|TH)")
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
    if upper in words() or (_NUMBER.fullmatch(upper) and not _TWO_DIGITS_EACH.fullmatch(upper)):
        return True
    if _LEVELS.fullmatch(upper):
        return True
    number, word = _NUMBER_WITH_UNIT.fullmatch(upper), _WORD_WITH_NUMBER.fullmatch(upper)
    return bool((number and number[2] in _UNITS) or (word and word[1] in words()))


def _drop_neighbouring_numbers(tokens: list[re.Match[str]], kept: list[bool]) -> None:
    """12/03/56, 555-1234: whatever stands between, numbers beside numbers go."""
    digits = [token[0][0].isdigit() and not any(map(str.isalpha, token[0])) for token in tokens]
    for index in range(1, len(tokens)):
        if digits[index] and digits[index - 1]:
            kept[index] = kept[index - 1] = False

"""Every reason code that a file can get is explained on the batch page."""

import re
from pathlib import Path

from labeling import errors
from labeling.actions import catalogue
from labeling.interfaces.pages.reasons import REASONS

ACTIONS = Path(catalogue.__file__).parent
SETTLED = re.compile(r'Outcome\.[A-Z]+, "([a-z_]+)"')


def codes(error):
    return {error.code} | {code for child in error.__subclasses__() for code in codes(child)}


def test_every_reason_is_explained():
    written = {code for file in ACTIONS.glob("*.py") for code in SETTLED.findall(file.read_text())}
    assert written, "the pattern finds nothing any more"
    assert codes(errors.BadDicom) | codes(errors.BadArchive) | written <= set(REASONS)

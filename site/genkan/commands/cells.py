"""How does a value become a cell of CSV, and a cell a value?"""

import csv
import re
from typing import Final

from genkan.commands.lines import Broken

GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")  # see guarded


def split(text: str, delimiter: str) -> list[str]:
    try:
        found = list(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        raise Broken("this is no line of CSV") from None
    return found[0] if len(found) == 1 else []


def guarded(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: with a ' before it. Reading it takes that away again."""
    return f"'{value}" if re.match(r"'*[=+\-@\t\r]", value) else value


def unguarded(value: str) -> str:
    return value[1:] if GUARDED.match(value) else value

"""What keeps words of two directions apart? Values inside a sentence of another direction, and the sides of what has no styles."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from markupsafe import Markup, escape

SIDES: Final = {"ltr": ("left", "right"), "rtl": ("right", "left")}  # where a line begins and ends
ISOLATE, DONE = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE (Unicode Standard Annex #9)
RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})


def isolated(values: Mapping[str, Any], direction: str) -> dict[str, Any]:
    """What stands in a sentence, so that neither turns the other around. direction: of the sentence.

    An address at the end of a Hebrew sentence would take its full stop with it, and a Hebrew name at the end of an English one.
    """
    return {name: _isolated(value) if _is_foreign(str(value), direction) else value for name, value in values.items()}


def _is_foreign(text: str, direction: str) -> bool:
    if direction == "rtl":
        return True
    return not text.isascii() and not RIGHT_TO_LEFT.isdisjoint(map(unicodedata.bidirectional, text))


def _isolated(value: Any) -> str:
    return escape(ISOLATE) + value + DONE if isinstance(value, Markup) else f"{ISOLATE}{value}{DONE}"

"""Which words on a page are in no catalog, and does the page turn? Two languages that nobody speaks, made of the English.

`?lang=en-XA`: Ĺôñĝéŕ words with accents, in ⟦brackets⟧. What stands outside of brackets is a person's, or it was written into a
template without `_("…")`; what is cut off or overlaps will be so in German, too.
`?lang=ar-XB`: from right to left. The letters are Hebrew, since every machine has them and they need no joining; the code is
the one that others use for this (CLDR: pseudo-locales). They are there in development only.
"""

import re
from collections.abc import Callable
from math import ceil
from typing import Any, Final, NamedTuple

LONGER: Final = 0.35  # of its length: what German and French take more than English
PART: Final = re.compile(r"(%\(\w+\)s|%%)")
ACCENTS: Final = str.maketrans(
    "ABCDEGHIJKLNOPRSTUWYZabcdefghijklnoprstuwyz", "ÅƁÇÐÉĜĤÎĴĶĻÑÖÞŔŠŢÛŴÝŽåƀçðéƒĝĥîĵķļñöþŕšţûŵýž"
)
WORDS: Final = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
HEBREW: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבקדהפגחיזכלמנופקרסתוושקיז")


class Made(NamedTuple):
    """direction: ltr or rtl; say: the English in it, with its %(name)s as they are."""

    name: str
    direction: str
    say: Callable[[str], str]


def accented(english: str) -> str:
    whole = "".join(part if PART.fullmatch(part) else part.translate(ACCENTS) for part in PART.split(english))
    return f"⟦{whole}{_more(ceil(len(english) * LONGER))}⟧"


def turned(english: str) -> str:
    parts = PART.split(english)
    return "".join(part if PART.fullmatch(part) else part.lower().translate(HEBREW) for part in parts)


MADE: Final = {
    "en-XA": Made("⟦Åççéñţš⟧", "ltr", accented),
    "ar-XB": Made("תורנהד", "rtl", turned),
}


class Strings(dict[str, str]):
    """A catalog that has every sentence without a list of them."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._say = MADE[code].say

    def get(self, english: str, default: Any = None) -> str:
        return self._say(english)


def said(code: str, text: str) -> str:
    """What was put into words beside the catalogs, as dates are; as it is in every real language."""
    return MADE[code].say(text) if code in MADE else text


def _more(length: int) -> str:
    """Some more words, of at least so many letters in all."""
    more = ""
    for word in WORDS * (length // 40 + 1):
        if len(more) >= length:
            break
        more += f" {word.translate(ACCENTS)}"
    return more

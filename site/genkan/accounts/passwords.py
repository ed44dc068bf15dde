"""Which passwords may be chosen? Long ones that nobody would guess (NIST SP 800-63B-4 §3.1.1.2); no rules of composition."""

import gzip
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from zxcvbn_rs_py import zxcvbn

from genkan.errors import (
    NewPasswordEmpty,
    PasswordCommon,
    PasswordIsAboutUs,
    PasswordIsAboutYou,
    PasswordLeaked,
    PasswordLong,
    PasswordShort,
    PasswordUnreadable,
)

LONGEST: Final = 256  # code points
LOOKED_AT: Final = 72  # code points that the guessing is tried on: what is longer is not guessed by it anyway
GUESSES: Final = 8.0  # decimal orders of magnitude; fewer are tried against a stolen hash in hours
UNIT: Final = 3  # code points: words of the person shorter than this are in everything
COMMON: Final = Path(__file__).parent / "common_passwords.txt.gz"  # see docs/passwords.md
REPEATED: Final = re.compile(r"(.{1,14}?)\1+", re.DOTALL)
FILLING: Final = re.compile(r"[\W\d_]+")


def check(password: str, *, min_length: int, about: Sequence[str], site: Sequence[str]) -> str:
    """The password as it is to be hashed: NFC, nothing else changed.

    min_length: code points; about: the person's own words; site: ours.
    Raises one of the errors of passwords, with the reason.
    """
    if not password:
        raise NewPasswordEmpty
    if len(password) > LONGEST * 4:
        raise PasswordLong(max=LONGEST)
    found = _normalised(password)
    if found is None:
        raise PasswordUnreadable
    if len(found) > LONGEST:
        raise PasswordLong(max=LONGEST)
    if len(found) < min_length:
        raise PasswordShort(min=min_length)
    _refuse_guessable(found, about, site)
    return found


def readable(password: str) -> str | None:
    """The same for a password that is to be verified; None where it can be nobody's, without any work."""
    if not 0 < len(password) <= LONGEST * 4:
        return None
    found = _normalised(password)
    return found if found is not None and len(found) <= LONGEST else None


def _normalised(password: str) -> str | None:
    """NFC, so that one word typed on two keyboards is one password; None for what is no text."""
    try:
        password.encode()
    except UnicodeEncodeError:
        return None
    return unicodedata.normalize("NFC", password)


def _refuse_guessable(password: str, about: Sequence[str], site: Sequence[str]) -> None:
    lower = password.casefold()
    if _is_made_of(lower, site):
        raise PasswordIsAboutUs
    if _is_made_of(lower, about):
        raise PasswordIsAboutYou
    if lower in common():
        raise PasswordLeaked
    words = [word[:LOOKED_AT] for word in (*about, *site) if word]
    parts = {password[:LOOKED_AT], password[-LOOKED_AT:]}
    if REPEATED.fullmatch(lower) or all(zxcvbn(part, words).guesses_log10 < GUESSES for part in parts):
        raise PasswordCommon


def _is_made_of(password: str, words: Sequence[str]) -> bool:
    """Whether nothing is left when these words, digits and punctuation are taken out of it."""
    known = {part for word in words for part in (word.casefold(), *FILLING.split(word.casefold())) if len(part) >= UNIT}
    if not any(word in password for word in known):
        return False
    for word in sorted(known, key=len, reverse=True):
        password = password.replace(word, " ")
    return not FILLING.sub("", password)


@cache
def common() -> frozenset[str]:
    """Passwords that were found in leaks, in lower case."""
    return frozenset(gzip.decompress(COMMON.read_bytes()).decode().split("\n"))

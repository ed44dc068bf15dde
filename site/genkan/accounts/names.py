"""What may people be called here? Names in any script, usernames in ASCII."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from genkan.errors import (
    IdentifierEmpty,
    NameEmpty,
    NameFormat,
    NameLong,
    UsernameEmpty,
    UsernameFormat,
    UsernameLong,
)

NAME_LONGEST: Final = 64  # characters as a reader counts them
MARKS: Final = 6  # on one letter: more than any script writes
USERNAME_LONGEST: Final = 32
USERNAME: Final = re.compile(r"[A-Za-z0-9._-]+")
FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
ENDS: Final = " \t\r\n\u3000"
JOINERS: Final = "\u200c\u200d"  # parts of some scripts' words, and of emoji
BLANKS: Final = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a sign by name, and nothing to see


@dataclass(frozen=True, slots=True)
class Username:
    """written: as the person writes it; key: in lower case, what is compared."""

    written: str
    key: str


def narrowed(text: str) -> str:
    """Without spaces around it, and with full-width letters and signs as ASCII: how Japanese keyboards may type them."""
    return unicodedata.normalize("NFC", text.translate(FULL_WIDTH)).strip(ENDS)


def person(text: str) -> str:
    """A name as it will be shown: NFC, single spaces. Raises NameEmpty, NameLong, NameFormat."""
    if len(text) > NAME_LONGEST * 16:
        raise NameLong(max=NAME_LONGEST)
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(_is_hidden(letter) for letter in name):
        raise NameFormat
    if all(_is_mark(letter) or letter in JOINERS + " " for letter in name):
        raise NameEmpty
    if _marks_in_a_row(name) > MARKS or sum(not _is_mark(letter) for letter in name) > NAME_LONGEST:
        raise NameLong(max=NAME_LONGEST)
    return name


def username(text: str) -> Username:
    """Raises UsernameEmpty, UsernameLong, UsernameFormat."""
    written = narrowed(text[:256])
    if not written:
        raise UsernameEmpty
    if not USERNAME.fullmatch(written):
        raise UsernameFormat
    if len(text) > 256 or len(written) > USERNAME_LONGEST:
        raise UsernameLong(max=USERNAME_LONGEST)
    return Username(written=written, key=written.lower())


Kind = Literal["username", "email"]


def identifier(text: str) -> tuple[Kind, str] | None:
    """What was typed to log in, in the form that is looked up; None where it can be nobody's. Raises IdentifierEmpty."""
    typed = narrowed(text[:1024])
    if not typed:
        raise IdentifierEmpty
    if "@" in typed:
        return "email", typed
    return ("username", typed.lower()) if USERNAME.fullmatch(typed) and len(typed) <= USERNAME_LONGEST else None


def _is_hidden(letter: str) -> bool:
    """Controls, and what turns or hides the text around it; not the joiners of words and emoji."""
    return letter in BLANKS or (
        unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") and letter not in JOINERS
    )


def _is_mark(letter: str) -> bool:
    """Whether it stands on another letter: by its category, since many scripts' marks have no combining class."""
    return unicodedata.category(letter) in ("Mn", "Me")


def _marks_in_a_row(name: str) -> int:
    longest = run = 0
    for letter in name:
        run = run + 1 if _is_mark(letter) else 0
        longest = max(longest, run)
    return longest

"""Which e-mail address is meant? One normaliser, used for storing and for looking up."""

import unicodedata
from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, EmailSyntaxError, ValidatedEmail, validate_email

from genkan.accounts.names import narrowed
from genkan.errors import EmailEmpty, EmailFormat, EmailLong

LONGEST: Final = 254  # characters (RFC 5321 §4.5.3.1.3)


@dataclass(frozen=True, slots=True)
class Address:
    """written: as the person writes it, NFC; key: what is compared, in small letters and with the domain in ASCII.

    Small letters, not casefold(): that makes `ß` of one mailbox the `ss` of another.
    """

    written: str
    key: str


def parse(text: str) -> Address:
    """The address; dots and plus signs are part of it, look-alike letters stay different letters.

    Raises EmailEmpty, EmailLong, EmailFormat.
    """
    typed = narrowed(text[: LONGEST * 4])
    if not typed:
        raise EmailEmpty
    if len(text) > LONGEST * 4 or len(typed) > LONGEST:
        raise EmailLong
    if any(unicodedata.category(letter)[0] in "CZ" for letter in typed):
        raise EmailFormat  # controls, spaces, and what cannot be seen
    found = _validated(typed)
    key = f"{unicodedata.normalize('NFC', found.local_part.lower())}@{found.ascii_domain.lower()}"
    return Address(written=found.normalized, key=key)


def masked(written: str) -> str:
    """As it is shown where not everybody who looks may know it: h•••@example.com."""
    local, _, domain = written.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def _validated(typed: str) -> ValidatedEmail:
    try:
        # Nothing is sent to a claim, so names that exist in examples and tests only are as good as others.
        return validate_email(typed, check_deliverability=False, test_environment=True)
    except (EmailSyntaxError, EmailNotValidError, UnicodeError):
        raise EmailFormat from None

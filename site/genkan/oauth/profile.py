"""What did a provider say of a person? Cleaned and bounded, whatever it said."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email

from genkan.errors import ProviderFailed

NAME_LONGEST: Final = 64  # characters
EMAIL_LONGEST: Final = 254  # characters
IDENTITY_LONGEST: Final = 255  # ASCII characters (OIDC Core §2)
HIDDEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn")
JOINERS: Final = "\u200c\u200d"
BLANKS: Final = "\u115f\u1160\u2800\u3164\uffa0"  # nothing to see
MARKS: Final = 6  # on one letter: more than any script writes


@dataclass(frozen=True, slots=True)
class Profile:
    """provider: our name for it; identity: its own unchanging id of the person, in the realm of `issuer`.

    name, email: None where it said none that can be used; email_verified: whether it vouches for the address.
    """

    provider: str
    identity: str
    issuer: str
    name: str | None
    email: str | None
    email_verified: bool


@dataclass(frozen=True, slots=True)
class Who:
    """What a provider's own file reads out of its answers, as they came. verified: True only where it says so."""

    identity: Any
    name: Any = None
    email: Any = None
    verified: bool = False
    issuer: str | None = None


def cleaned(provider: str, issuer: str, who: Who) -> Profile:
    """Raises ProviderFailed where there is no identity that can be kept."""
    identity = who.identity
    if not isinstance(identity, str) or not 0 < len(identity) <= IDENTITY_LONGEST:
        raise ProviderFailed("profile.identity")
    if not identity.isascii() or not identity.isprintable():
        raise ProviderFailed("profile.identity")
    email = address(who.email)
    return Profile(
        provider=provider,
        identity=identity,
        issuer=who.issuer or issuer,
        name=name(who.name),
        email=email,
        email_verified=email is not None and who.verified,
    )


def name(value: Any) -> str | None:
    """A name as text: nothing that turns or hides the text around it, at most 64 characters."""
    if not isinstance(value, str):
        return None
    spaced = " ".join(unicodedata.normalize("NFC", value[: NAME_LONGEST * 16]).split())
    shown = "".join(filter(_is_shown, spaced))
    kept = ""
    for letter in shown:
        if _is_mark(letter) and sum(map(_is_mark, kept[-MARKS:])) == MARKS:
            continue
        if not _is_mark(letter) and _length(kept) >= NAME_LONGEST:
            break
        kept += letter
    return kept.strip() if any(not _is_mark(letter) and letter not in JOINERS + " " for letter in kept) else None


def address(value: Any) -> str | None:
    """An e-mail address that could be one."""
    if not isinstance(value, str) or not 0 < len(value) <= EMAIL_LONGEST:
        return None
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except (EmailNotValidError, UnicodeError):
        return None


def _length(text: str) -> int:
    return sum(not _is_mark(letter) for letter in text)


def _is_shown(letter: str) -> bool:
    return letter in JOINERS or (unicodedata.category(letter) not in HIDDEN and letter not in BLANKS)


def _is_mark(letter: str) -> bool:
    """Whether it stands on another letter."""
    return unicodedata.category(letter) in ("Mn", "Me")

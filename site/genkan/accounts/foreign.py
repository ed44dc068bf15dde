"""Which password hashes of other systems are known? Those of Django, and of whoever writes bcrypt, scrypt or argon2 as PHC strings.

An account that was imported keeps its hash until its person logs in; then there is one of ours in its place (hashing.py).
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final

import bcrypt

LONGEST: Final = 512  # characters
# What one login may cost at the most: about a second. Whoever can import could otherwise stop the site with a few logins.
BCRYPT_MOST: Final = 14  # 2**14 rounds
PBKDF2_MOST: Final = 3_000_000  # rounds
SCRYPT_MEMORY: Final = 128 * 1024 * 1024  # bytes
SCRYPT_WORK: Final = 2**21  # N · r · p
ARGON2_MEMORY: Final = 262_144  # KiB
ARGON2_WORK: Final = 1_048_576  # KiB · passes
ARGON2_LANES: Final = 16
BCRYPT_LOOKS_AT: Final = 72  # bytes

ARGON2: Final = re.compile(
    r"\$argon2(?:id|i|d)\$(?:v=(?:16|19)\$)?m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{16,88}"
)
BCRYPT: Final = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
BCRYPT_SHA256: Final = re.compile(r"bcrypt_sha256\$(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})")
PBKDF2: Final = re.compile(r"pbkdf2_sha256\$(\d{1,9})\$([!-#%-~]{1,128})\$([A-Za-z0-9+/]{43}=)")
SCRYPT: Final = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([A-Za-z0-9+/]{0,88})\$([A-Za-z0-9+/]{22,88})"
)
DJANGO_SCRYPT: Final = re.compile(
    r"scrypt\$(\d{1,9})\$([!-#%-~]{1,128})\$(\d{1,4})\$(\d{1,4})\$([A-Za-z0-9+/]{22,88}={0,2})"
)
OF_DJANGO: Final = ("argon2$argon2", "bcrypt$$2")  # a word before what is one of the others


class NoKnownHash(ValueError):
    """In a sentence that says why."""


def accepted(text: str) -> str:
    """The hash as it is kept. Raises NoKnownHash for what is none of these, or costs more than a login may."""
    kept = text.partition("$")[2] if text.startswith(OF_DJANGO) else text
    kept = f"${kept}" if kept.startswith("argon2") else kept
    if len(kept) > LONGEST or not any(each.fullmatch(kept) for each in (ARGON2, *CHECKS)):
        raise NoKnownHash("password_hash is none of argon2, bcrypt, scrypt, pbkdf2_sha256, bcrypt_sha256")
    if _is_absurd(kept):
        raise NoKnownHash("password_hash costs more than a login may")
    return kept


def check(password: str, kept: str) -> bool | None:
    """Whether it is the password; None for what is no hash of another system that would have been accepted. Slow on purpose."""
    for pattern, check_one in CHECKS.items():
        match = pattern.fullmatch(kept)
        if match is not None:
            return None if _is_absurd(kept) else check_one(password.encode(), match)
    return None


def _is_absurd(kept: str) -> bool:
    if match := ARGON2.fullmatch(kept):
        memory, passes, lanes = map(int, match.groups())
        return not (
            1 <= lanes <= ARGON2_LANES and 8 * lanes <= memory <= ARGON2_MEMORY and 1 <= passes * memory <= ARGON2_WORK
        )
    if match := BCRYPT.fullmatch(kept):
        return not 4 <= int(match[1]) <= BCRYPT_MOST
    if match := BCRYPT_SHA256.fullmatch(kept):
        return not 4 <= int(match[2]) <= BCRYPT_MOST
    if match := PBKDF2.fullmatch(kept):
        return not 1 <= int(match[1]) <= PBKDF2_MOST
    rounds, size, lanes = _scrypt_costs(kept)
    is_power = rounds > 1 and rounds & (rounds - 1) == 0
    return not (
        is_power and size and lanes and 128 * rounds * size <= SCRYPT_MEMORY and rounds * size * lanes <= SCRYPT_WORK
    )


def _scrypt_costs(kept: str) -> tuple[int, int, int]:
    """N, r, p."""
    if match := SCRYPT.fullmatch(kept):
        return 2 ** int(match[1]), int(match[2]), int(match[3])
    match = DJANGO_SCRYPT.fullmatch(kept)
    return (int(match[1]), int(match[3]), int(match[4])) if match else (0, 0, 0)


def _bcrypt(password: bytes, match: re.Match[str]) -> bool:
    """It looks at 72 bytes, and no further than a NUL: with one in it, nobody's."""
    return b"\0" not in password and bcrypt.checkpw(password[:BCRYPT_LOOKS_AT], match[0].encode())


def _bcrypt_sha256(password: bytes, match: re.Match[str]) -> bool:
    return bcrypt.checkpw(binascii.hexlify(hashlib.sha256(password).digest()), match[1].encode())


def _pbkdf2(password: bytes, match: re.Match[str]) -> bool:
    return hmac.compare_digest(
        hashlib.pbkdf2_hmac("sha256", password, match[2].encode(), int(match[1])), base64.b64decode(match[3])
    )


def _scrypt(password: bytes, match: re.Match[str]) -> bool:
    return _same_scrypt(password, match[0], _unpadded(match[4]), _unpadded(match[5]))


def _django_scrypt(password: bytes, match: re.Match[str]) -> bool:
    return _same_scrypt(password, match[0], match[2].encode(), _unpadded(match[5].rstrip("=")))


def _same_scrypt(password: bytes, kept: str, salt: bytes, wanted: bytes) -> bool:
    n, r, p = _scrypt_costs(kept)
    made = hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, maxmem=SCRYPT_MEMORY * 2, dklen=len(wanted))
    return hmac.compare_digest(made, wanted)


def _unpadded(text: str) -> bytes:
    """Base64 without its padding; a letter too many makes it shorter, and so nobody's."""
    whole = text[: len(text) - 1] if len(text) % 4 == 1 else text
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


CHECKS: Final[dict[re.Pattern[str], Callable[[bytes, re.Match[str]], bool]]] = {
    BCRYPT: _bcrypt,
    BCRYPT_SHA256: _bcrypt_sha256,
    PBKDF2: _pbkdf2,
    SCRYPT: _scrypt,
    DJANGO_SCRYPT: _django_scrypt,
}

"""How are random values kept and secrets compared? As digests: what is in a row opens nothing."""

import base64
import hashlib
import hmac
import secrets

RANDOM_BYTES = 32


def random_token() -> str:
    """256 random bits in BASE64URL: 43 characters."""
    return secrets.token_urlsafe(RANDOM_BYTES)


def random_id() -> str:
    """128 random bits in BASE64URL: 22 characters; says nothing, counts nothing."""
    return secrets.token_urlsafe(16)


def digest(value: str) -> str:
    """SHA-256 in BASE64URL, for values that are random themselves."""
    return _text(hashlib.sha256(value.encode()).digest())


def keyed(key: bytes, *parts: str) -> str:
    """HMAC-SHA-256 in BASE64URL, for values that could be guessed (names, addresses)."""
    return _text(hmac.digest(key, "\0".join(parts).encode(), "sha256"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

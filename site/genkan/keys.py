"""Which keys does the one secret give? Every key is derived from SECRET_KEY by HKDF, with its own label (RFC 5869)."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything that is derived from the secrets; made once, at start."""

    signing: Ed25519PrivateKey
    kid: str
    verifying: dict[str, Ed25519PublicKey]  # by kid; the previous secret's key too, while its tokens run out
    sealing: tuple[bytes, ...]  # for sealed cookies, oldest first, as itsdangerous takes them
    mailing: tuple[bytes, ...]  # for the codes and links of mails, newest first
    digesting: bytes  # for keyed digests of what must not be readable in a row (addresses, names tried)

    @classmethod
    def derive(cls, secret: bytes, previous: bytes | None = None) -> Self:
        """secret, previous: 32 bytes or more each (settings/ sees to it)."""
        secrets = [secret] if previous is None else [secret, previous]
        signing = [Ed25519PrivateKey.from_private_bytes(derived(each, "session jwt ed25519")) for each in secrets]
        return cls(
            signing=signing[0],
            kid=key_id(signing[0].public_key()),
            verifying={key_id(each.public_key()): each.public_key() for each in signing},
            sealing=tuple(derived(each, "sealed cookies") for each in reversed(secrets)),
            mailing=tuple(derived(each, "mailed tokens") for each in secrets),
            digesting=derived(secret, "keyed digests"),
        )


def derived(secret: bytes, label: str) -> bytes:
    """The key for one purpose: HKDF-SHA256 of the secret, 32 bytes."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"genkan: {label}".encode()).derive(secret)


def key_id(public: Ed25519PublicKey) -> str:
    """The `kid`: the first 16 characters of BASE64URL(SHA-256(public key))."""
    return base64.urlsafe_b64encode(hashlib.sha256(public.public_bytes_raw()).digest()).decode()[:16]

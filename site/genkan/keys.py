"""Which keys does the one secret give? Every key is derived from SECRET_KEY by HKDF, with its own label (RFC 5869)."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Self, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Keys:
    """Everything that is derived from the secrets; made once, at start.

    Where there are two secrets, the older leads until `since`: by then every process has both, so that what one of them makes
    all the others understand. From then on the newer leads, and what the older made before counts until it has run out.
    """

    signing: tuple[Ed25519PrivateKey, ...]  # newest first, as are the others
    verifying: dict[str, Ed25519PublicKey]  # by kid
    sealing: tuple[bytes, ...]  # for sealed cookies
    mailing: tuple[bytes, ...]  # for the codes and links of mails
    digesting: tuple[bytes, ...]  # for keyed digests of what must not be readable in a row (addresses, names tried)
    since: int | None = None  # unix seconds, when the newer secret takes over; None: it has, long ago

    @classmethod
    def derive(cls, secret: bytes, previous: bytes | None = None, since: int | None = None) -> Self:
        """secret, previous: 32 bytes or more each (settings/ sees to it)."""
        secrets = [secret] if previous is None else [secret, previous]
        signing = [Ed25519PrivateKey.from_private_bytes(derived(each, "session jwt ed25519")) for each in secrets]
        return cls(
            signing=tuple(signing),
            verifying={key_id(each.public_key()): each.public_key() for each in signing},
            sealing=tuple(derived(each, "sealed cookies") for each in secrets),
            mailing=tuple(derived(each, "mailed tokens") for each in secrets),
            digesting=tuple(derived(each, "keyed digests") for each in secrets),
            since=since,
        )

    @property
    def kids(self) -> tuple[str, ...]:
        return tuple(self.verifying)


def leading(keys: tuple[Key, ...], since: int | None, now: int) -> Key:
    """The one of these that new things are made with: the newest, or the one before while it is not that one's time yet."""
    return keys[-1] if since is not None and now < since else keys[0]


def derived(secret: bytes, label: str) -> bytes:
    """The key for one purpose: HKDF-SHA256 of the secret, 32 bytes."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"genkan: {label}".encode()).derive(secret)


def key_id(public: Ed25519PublicKey) -> str:
    """The `kid`: the first 16 characters of BASE64URL(SHA-256(public key))."""
    return base64.urlsafe_b64encode(hashlib.sha256(public.public_bytes_raw()).digest()).decode()[:16]

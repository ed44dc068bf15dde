"""How is a passphrase made the key of a file? As age does it with scrypt (c2sp.org/age, sections on the header and scrypt)."""

import base64
import binascii
import os
import re
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from genkan.archive.faults import CUT, ArchiveFault

MAGIC: Final = b"age-encryption.org/v1\n"
LABEL: Final = b"age-encryption.org/v1/scrypt"
WORK: Final = 18  # of scrypt, as a power of two: about a second, and 256 MB; what age itself takes
MOST_WORK: Final = 21  # that a file may ask for: some seconds, and 2 GB
FILE_KEY: Final = 16  # bytes
SALT: Final = 16  # bytes
NONCE: Final = 16  # bytes, of the payload
STANZA: Final = re.compile(
    rb"-> scrypt ([A-Za-z0-9+/]{22}) ([1-9][0-9]?)\n([A-Za-z0-9+/]{43})\n--- ([A-Za-z0-9+/]{43})\n"
)
LINE: Final = 200  # bytes, more than any line of ours has


class WrongPassphrase(ArchiveFault):
    def __init__(self) -> None:
        super().__init__("The passphrase is not the one of this file.")


def begin(file: IO[bytes], passphrase: str) -> bytes:
    """Write the header. Returns the key of the payload, which stands behind it (STREAM, stream.py)."""
    file_key, salt = os.urandom(FILE_KEY), os.urandom(SALT)
    body = ChaCha20Poly1305(_wrapping(passphrase, salt, WORK)).encrypt(bytes(12), file_key, None)
    header = b"%s-> scrypt %s %d\n%s\n---" % (MAGIC, _text(salt), WORK, _text(body))
    nonce = os.urandom(NONCE)
    file.write(b"%s %s\n%s" % (header, _text(_mac(file_key, header)), nonce))
    return _derived(file_key, nonce, b"payload")


def opened(file: IO[bytes], passphrase: str) -> bytes:
    """Read the header. Returns the key of the payload. Raises WrongPassphrase, ArchiveFault."""
    if file.read(len(MAGIC)) != MAGIC:
        raise ArchiveFault("This is no backup: an age file begins with age-encryption.org/v1.")
    lines = b"".join(file.readline(LINE) for _ in range(3))
    found = STANZA.fullmatch(lines)
    if found is None:
        raise ArchiveFault("This age file is not under a passphrase, or it was changed.")
    if int(found[2]) > MOST_WORK:
        raise ArchiveFault("This file asks for more work than any backup of ours does.")
    file_key = _unwrapped(passphrase, _bytes(found[1]), int(found[2]), _bytes(found[3]))
    header = MAGIC + lines[: lines.rindex(b"---") + 3]
    nonce = file.read(NONCE)
    if not bytes_eq(_mac(file_key, header), _bytes(found[4])) or len(nonce) != NONCE:
        raise ArchiveFault(CUT)
    return _derived(file_key, nonce, b"payload")


def _unwrapped(passphrase: str, salt: bytes, work: int, body: bytes) -> bytes:
    try:
        return ChaCha20Poly1305(_wrapping(passphrase, salt, work)).decrypt(bytes(12), body, None)
    except InvalidTag:
        raise WrongPassphrase from None


def _wrapping(passphrase: str, salt: bytes, work: int) -> bytes:
    return Scrypt(salt=LABEL + salt, length=32, n=2**work, r=8, p=1).derive(passphrase.encode())


def _mac(file_key: bytes, header: bytes) -> bytes:
    found = HMAC(_derived(file_key, b"", b"header"), SHA256())
    found.update(header)
    return found.finalize()


def _derived(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=info).derive(file_key)


def _text(raw: bytes) -> bytes:
    return base64.b64encode(raw).rstrip(b"=")


def _bytes(text: bytes) -> bytes:
    """Raises ArchiveFault where its last character has bits that nobody reads: a second way to write the same."""
    try:
        raw = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ArchiveFault(CUT) from None
    if _text(raw) != text:
        raise ArchiveFault(CUT)
    return raw

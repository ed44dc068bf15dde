"""How is a file of any length sealed? In chunks that know their number and which is the last (STREAM, c2sp.org/age)."""

import io
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from genkan.archive.faults import CUT, ArchiveFault

CHUNK: Final = 64 * 1024  # bytes of plain text
TAG: Final = 16  # bytes


class Sealing(io.RawIOBase):
    """Whatever is written goes on sealed. Only `finish` makes it whole."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        self._cipher = ChaCha20Poly1305(key)
        self._number = 0
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # a full one may still be the last
            self._put(is_last=False)
        return len(data)

    def finish(self) -> None:
        self._put(is_last=True)

    def _put(self, *, is_last: bool) -> None:
        chunk = bytes(self._waiting[:CHUNK])
        del self._waiting[:CHUNK]
        self._file.write(self._cipher.encrypt(nonce(self._number, is_last=is_last), chunk, None))
        self._number += 1


class Unsealing(io.RawIOBase):
    """What was sealed, piece by piece; each is known to be right before it is handed on. Raises ArchiveFault."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file = file
        self._cipher = ChaCha20Poly1305(key)
        self._number = 0
        self._ready = b""
        self._next = file.read(CHUNK + TAG)
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._is_over:
            self._ready = self._take()
        given = self._ready[: len(buffer)]
        buffer[: len(given)] = given
        self._ready = self._ready[len(given) :]
        return len(given)

    def _take(self) -> bytes:
        sealed, self._next = self._next, self._file.read(CHUNK + TAG)
        self._is_over = not self._next
        try:
            chunk = self._cipher.decrypt(nonce(self._number, is_last=self._is_over), sealed, None)
        except InvalidTag:
            raise ArchiveFault(CUT) from None
        if not chunk and self._number:
            raise ArchiveFault(CUT)  # nobody ends with an empty one
        self._number += 1
        return chunk


def nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])

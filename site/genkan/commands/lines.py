"""Which lines has a file, however large or broken it is?"""

from collections import deque
from typing import BinaryIO, Final

LONGEST: Final = 65_536  # bytes of one record


class Broken(ValueError):
    """A record that cannot be read, in a sentence."""


class Lines:
    """Lines with their numbers, none longer than LONGEST, some of which may be put back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._line = 0
        self.end = 0

    def next(self) -> tuple[int, bytes] | None:
        if self._waiting:
            return self._waiting.popleft()
        found = self._file.readline(LONGEST + 1)
        if not found:
            return None
        self._line += 1
        if len(found) > LONGEST:
            rest = found
            while rest and not rest.endswith(b"\n"):
                rest = self._file.readline(LONGEST)
        self.end = self._file.tell()
        return self._line, found

    def back(self, *lines: tuple[int, bytes]) -> None:
        self._waiting.extendleft(reversed(lines))


def text(raw: bytes) -> str:
    if len(raw) > LONGEST:
        raise Broken(f"a record has to be shorter than {LONGEST} bytes")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Broken("this is not UTF-8") from None

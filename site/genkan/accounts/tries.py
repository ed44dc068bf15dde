"""Where in the line does a password stand that somebody typed? Behind all whose address has guessed less (turns.py)."""

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

KNOWN: Final = 0  # the rank of a browser that has been inside this account, or is
CLEAN: Final = 1  # of one that is new, from an address that has not guessed


class Place(NamedTuple):
    """rank: the lowest is first; address: of those of one rank, each address has its turn."""

    rank: int = KNOWN
    address: str = ""


def rank(failures: int) -> int:
    """Of a browser that is not known; twice the failures are one further back. failures: that came from its address lately."""
    return CLEAN + max(0, failures).bit_length()


class Tries:
    """How many tries are under way from each address: their counts are no failures yet."""

    def __init__(self) -> None:
        self._by_address: Counter[str] = Counter()

    @contextlib.contextmanager
    def one(self, address: str) -> Iterator[None]:
        self._by_address[address] += 1
        try:
            yield
        finally:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def under_way(self, address: str) -> int:
        return self._by_address[address]

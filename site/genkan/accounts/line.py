"""Who waits, and in which order? By rank; of one rank each address has its turn; of one address whoever came first (tries.py)."""

import asyncio
import bisect
import time
from itertools import count
from typing import NamedTuple

from genkan.accounts.tries import Place


class Waiting(NamedTuple):
    """round: when each address with a lower one has had its turn; came: monotonic seconds; turn: done when it has come or will not."""

    rank: int
    round: int
    number: int
    address: str
    came: float
    turn: asyncio.Future[None]


class Line:
    """Those who wait, sorted: fair queueing by rounds, as networks share a link among flows."""

    def __init__(self) -> None:
        self._all: list[Waiting] = []
        self._round = 0  # of the last one whose turn has come
        self._numbers = count()

    def __len__(self) -> int:
        return len(self._all)

    @property
    def first(self) -> Waiting:
        return self._all[0]

    @property
    def last(self) -> Waiting:
        return self._all[-1]

    def newcomer(self, place: Place) -> Waiting:
        """Who does not stand in it yet."""
        turn = asyncio.get_running_loop().create_future()
        before = sum(each.address == place.address for each in self._all)
        return Waiting(place.rank, self._round + before, next(self._numbers), place.address, time.monotonic(), turn)

    def ahead_of(self, one: Waiting) -> int:
        return bisect.bisect(self._all, one)

    def add(self, one: Waiting) -> None:
        bisect.insort(self._all, one)

    def leave(self, one: Waiting) -> bool:
        """Whether it stood there."""
        if one not in self._all:
            return False
        self._all.remove(one)
        return True

    def next(self) -> Waiting:
        """The first one's turn has come."""
        first = self.first
        self.leave(first)
        self._round = max(self._round, first.round)
        return first

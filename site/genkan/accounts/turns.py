"""Whose password is hashed next? Whoever is known here, then those whose address has guessed wrong least, in the order they came.

Guesses ask for more hashes than a machine can make long before any limit of theirs is reached. So they wait behind everybody
who has not guessed: what they cost is their own time.
"""

import asyncio
import bisect
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import Final, NamedTuple, TypeVar

from genkan.errors import Busy

Value = TypeVar("Value")

LONGEST: Final = 6.0  # seconds that somebody may have to wait for their turn, however slow the machine
PATIENCE: Final = 8.0  # seconds after which nobody looks any more whom others have been let before
STARTING: Final = 10.0  # seconds that all threads may take to start
RECENT: Final = 8  # hashes that the time of one is an average of
BACK_IN: Final = 5  # seconds
READY: Final = 1  # that lies ready for whichever thread is free first: none waits for the loop


class _Waiting(NamedTuple):
    """Sorted: who comes first. came: monotonic seconds; turn: done when it has come, or will not."""

    rank: int
    number: int
    came: float
    turn: asyncio.Future[None]


class Turns:
    """Threads that hash, and those who wait for them: no more than `queue`, and no longer than a few seconds of work."""

    def __init__(self, threads: int, queue: int, *, begin: Callable[[], None] | None = None) -> None:
        """queue: how many may wait at most; begin: what every thread does first."""
        self.threads, self._queue = threads, queue
        self.refused = self._busy = 0
        self.seconds = 0.0  # that one took lately, on this machine and with what else it does
        self._waiting: list[_Waiting] = []
        self._numbers = count()
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="hashing", initializer=begin)

    def begin(self) -> None:
        """Start every thread. Raises RuntimeError where the machine has none to give."""
        together = threading.Barrier(self.threads, timeout=STARTING)
        for each in [self.pool.submit(together.wait) for _ in range(self.threads)]:
            each.result()

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    @property
    def under_way(self) -> int:
        return self._busy + len(self._waiting)

    async def run(self, work: Callable[[], Value], rank: int) -> Value:
        """In a thread, when its turn has come; the lowest rank is first. Raises Busy."""
        await self._turn(rank)
        try:
            future = self.pool.submit(lambda: self._timed(work))
        except RuntimeError:  # the machine gives no thread
            self._pass_on()
            raise
        future.add_done_callback(_passing_on(self._pass_on, asyncio.get_running_loop()))
        return await asyncio.wrap_future(future)

    async def _turn(self, rank: int) -> None:
        if self._busy < self.threads + READY:
            self._busy += 1
            return
        turn = asyncio.get_running_loop().create_future()
        mine = _Waiting(rank, next(self._numbers), time.monotonic(), turn)
        self._make_room(mine)
        bisect.insort(self._waiting, mine)
        try:
            await turn
        except asyncio.CancelledError:
            if mine in self._waiting:
                self._waiting.remove(mine)
            elif not turn.cancelled() and turn.exception() is None:
                self._pass_on()  # it had come, and nobody is there to use it
            raise

    def _make_room(self, mine: _Waiting) -> None:
        place = bisect.bisect(self._waiting, mine)
        is_full = self.under_way >= self.threads + self._queue
        wait = (self._busy + place - self.threads + 1) / self.threads * self.seconds
        if wait > LONGEST or (is_full and place == len(self._waiting)):
            self.refused += 1
            raise Busy(seconds=BACK_IN)
        if is_full:
            self._refuse(self._waiting.pop())

    def _refuse(self, other: _Waiting) -> None:
        if not other.turn.done():  # it has gone away meanwhile
            self.refused += 1
            other.turn.set_exception(Busy(seconds=BACK_IN))

    def _pass_on(self) -> None:
        """A thread is free: for the first who still waits for it."""
        while self._waiting:
            first = self._waiting.pop(0)
            if time.monotonic() - first.came > PATIENCE:
                self._refuse(first)
            elif not first.turn.done():
                first.turn.set_result(None)
                return
        self._busy -= 1

    def _timed(self, work: Callable[[], Value]) -> Value:
        began = time.monotonic()
        done = work()
        self.seconds += (time.monotonic() - began - self.seconds) / RECENT
        return done


def _passing_on(pass_on: Callable[[], None], loop: asyncio.AbstractEventLoop) -> Callable[[Future[Value]], None]:
    def done(_: Future[Value]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(pass_on)

    return done

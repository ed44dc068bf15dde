"""Whose password is hashed next? Whoever is known here, then those whose address has guessed least, address by address.

Guesses ask for more hashes than a machine can make long before any limit of theirs is reached. So they wait behind everybody
who has not guessed, and never have every thread: what they cost is their own time.
"""

import asyncio
import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

from genkan.accounts.line import Line, Waiting
from genkan.accounts.tries import CLEAN, Place
from genkan.errors import Busy

Value = TypeVar("Value")

LONGEST: Final = 6.0  # seconds that somebody may have to wait for their turn, however slow the machine
PATIENCE: Final = 8.0  # seconds after which nobody looks any more whom others have been let before
STARTING: Final = 10.0  # seconds that all threads may take to start
RECENT: Final = 8  # hashes that the time of one is an average of
BACK_IN: Final = 5  # seconds
READY: Final = 1  # that lies ready for whichever thread is free first: none waits for the loop


class Turns:
    """Threads that hash, and those who wait for them: no more than `queue`, and no longer than a few seconds of work."""

    def __init__(self, threads: int, queue: int, *, begin: Callable[[], None] | None = None) -> None:
        """queue: how many may wait at most; begin: what every thread does first."""
        self.threads, self._queue = threads, queue
        self._most_guesses = max(1, threads - 1)  # one thread is kept from them, where there are two
        self.refused = self._busy = self._guesses = 0  # guesses: that are busy
        self.seconds = 0.0  # that one took lately, on this machine and with what else it does
        self._line = Line()
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
        return self._busy + len(self._line)

    async def run(self, work: Callable[[], Value], place: Place) -> Value:
        """In a thread, when its turn has come. Raises Busy."""
        await self._turn(place)
        end = functools.partial(self._end, place.rank)
        try:
            future = self.pool.submit(lambda: self._timed(work))
        except RuntimeError:  # the machine gives no thread
            end()
            raise
        future.add_done_callback(_soon(end, asyncio.get_running_loop()))
        return await asyncio.wrap_future(future)

    async def _turn(self, place: Place) -> None:
        if self._may_begin(place.rank):
            self._begin(place.rank)
            return
        mine = self._line.newcomer(place)
        self._make_room(mine)
        self._line.add(mine)
        try:
            await mine.turn
        except asyncio.CancelledError:
            if not self._line.leave(mine) and not mine.turn.cancelled() and mine.turn.exception() is None:
                self._end(place.rank)  # it had come, and nobody is there to use it
            raise

    def _may_begin(self, rank: int) -> bool:
        return self._busy < self.threads + READY and (rank <= CLEAN or self._guesses < self._most_guesses)

    def _begin(self, rank: int) -> None:
        self._busy += 1
        self._guesses += rank > CLEAN

    def _end(self, rank: int) -> None:
        """A thread is free: for the first who still waits for it."""
        self._busy -= 1
        self._guesses -= rank > CLEAN
        while self._line and self._may_begin(self._line.first.rank):
            first = self._line.next()
            if time.monotonic() - first.came > PATIENCE:
                self._refuse(first)
            elif not first.turn.done():
                self._begin(first.rank)
                first.turn.set_result(None)

    def _make_room(self, mine: Waiting) -> None:
        ahead, is_full = self._line.ahead_of(mine), self.under_way >= self.threads + self._queue
        threads = self.threads if mine.rank <= CLEAN else self._most_guesses
        wait = (self._busy + ahead - self.threads + 1) / threads * self.seconds
        if wait > LONGEST or (is_full and ahead == len(self._line)):
            self.refused += 1
            raise Busy(seconds=BACK_IN)
        if is_full:
            last = self._line.last
            self._line.leave(last)
            self._refuse(last)

    def _refuse(self, other: Waiting) -> None:
        if not other.turn.done():  # it has gone away meanwhile
            self.refused += 1
            other.turn.set_exception(Busy(seconds=BACK_IN))

    def _timed(self, work: Callable[[], Value]) -> Value:
        began = time.monotonic()
        done = work()
        self.seconds += (time.monotonic() - began - self.seconds) / RECENT
        return done


def _soon(do: Callable[[], None], loop: asyncio.AbstractEventLoop) -> Callable[[Future[Value]], None]:
    def done(_: Future[Value]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(do)

    return done

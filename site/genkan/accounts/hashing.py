"""How are passwords hashed? argon2id in as many threads as there are cores, behind a queue with an end."""

import asyncio
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final, TypeVar

from passlib.hash import argon2

from genkan.accounts import foreign
from genkan.errors import Busy

Value = TypeVar("Value")

MEMORY: Final = 19_456  # KiB; with two passes and one lane OWASP's floor for argon2id
PASSES: Final = 2
LANES: Final = 1
QUEUE: Final = 256  # waiting hashes; who comes later is told to come back
LONGEST: Final = 6.0  # seconds that somebody may have to wait for their turn, however slow the machine
RECENT: Final = 8  # hashes that the time of one is an average of
BACK_IN: Final = 5  # seconds
STARTING: Final = 10.0  # seconds that all threads may take to start
NICENESS: Final = 5  # of the hashing threads, so that the loop keeps answering others


def check_libpass(find: Callable[[str], object] = distribution) -> None:
    """passlib is kept by its fork libpass; pip lets the old one overwrite it in the same folder, where its faults return.

    find: importlib.metadata's distribution. Raises RuntimeError, or PackageNotFoundError without libpass.
    """
    find("libpass")
    with contextlib.suppress(PackageNotFoundError):
        find("passlib")
        raise RuntimeError("passlib is installed beside libpass: pip uninstall passlib libpass, then install libpass")


class Lane:
    """Threads that hash, and the queue before them: no longer than `queue`, and no longer than a few seconds of work."""

    def __init__(self, threads: int, queue: int) -> None:
        self.threads, self._most = threads, threads + queue
        self.under_way = self.refused = 0
        self.seconds = 0.0  # that one took lately, on this machine and with what else it does
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="hashing", initializer=step_back)

    def begin(self) -> None:
        together = threading.Barrier(self.threads, timeout=STARTING)
        for each in [self.pool.submit(together.wait) for _ in range(self.threads)]:
            each.result()

    @property
    def ahead(self) -> float:
        """How many each thread has to do before it comes to who asks now."""
        return max(0, self.under_way - self.threads + 1) / self.threads

    async def run(self, work: Callable[[], Value]) -> Value:
        """Raises Busy."""
        if self.under_way >= self._most or self.ahead * self.seconds > LONGEST:
            self.refused += 1
            raise Busy(seconds=BACK_IN)
        future = self.pool.submit(lambda: self._timed(work))
        self.under_way += 1
        future.add_done_callback(_releasing(self, asyncio.get_running_loop()))
        return await asyncio.wrap_future(future)

    def release(self) -> None:
        self.under_way -= 1

    def _timed(self, work: Callable[[], Value]) -> Value:
        began = time.monotonic()
        done = work()
        self.seconds += (time.monotonic() - began - self.seconds) / RECENT
        return done


class Hasher:
    """Hashes and verifies off the loop. memory_kib, time_cost: argon2's parameters; queue: waiting hashes at most."""

    def __init__(
        self, *, threads: int | None = None, queue: int = QUEUE, memory_kib: int = MEMORY, time_cost: int = PASSES
    ) -> None:
        check_libpass()
        self._argon2 = argon2.using(type="ID", memory_cost=memory_kib, rounds=time_cost, parallelism=LANES)
        self._nobodys: str = self._argon2.hash("nobody has this password")
        self._beginning = "$".join(self._nobodys.split("$")[:4]) + "$"  # $argon2id$v=19$m=19456,t=2,p=1$
        self.everybody, self.regulars = Lane(threads or cores(), queue), Lane(1, queue)

    def begin(self) -> None:
        """Start every thread now: later the machine may have none left to give. Raises RuntimeError where it has none."""
        self.everybody.begin()
        self.regulars.begin()

    @property
    def under_way(self) -> int:
        return self.everybody.under_way + self.regulars.under_way

    @property
    def refused(self) -> int:
        return self.everybody.refused + self.regulars.refused

    async def hash(self, password: str) -> str:
        """The PHC string, with a salt of its own. Raises Busy."""
        return await self.everybody.run(lambda: str(self._argon2.hash(password)))

    async def verify(self, password: str, phc: str | None, *, is_known: bool = False) -> bool:
        """Whether it is the password; for None, or what is no known hash, False at the same cost. Raises Busy.

        The hash of an imported account (foreign.py) costs what it cost where it was made, until its person has logged in.

        is_known: whether the browser has been inside this account. Where strangers' guesses fill the queue, it has another.
        """
        lanes = (self.everybody, self.regulars) if is_known else (self.everybody,)
        return await min(lanes, key=lambda lane: lane.ahead).run(lambda: self._verify(password, phc))

    def is_old(self, phc: str) -> bool:
        """Whether the hash is weaker than those that are made now, or of another system.

        One that looks like them need not be read: that takes 50 µs.
        """
        looks_new = phc.startswith(self._beginning) and len(phc) == len(self._nobodys)
        return not looks_new and (not self._argon2.identify(phc) or bool(self._argon2.needs_update(phc)))

    def close(self) -> None:
        for lane in (self.everybody, self.regulars):
            lane.pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, phc: str | None) -> bool:
        of_another = foreign.check(password, phc) if phc is not None else None
        if of_another is not None:
            return of_another
        known = phc is not None and self._argon2.identify(phc)
        try:
            right = self._argon2.verify(password, phc if known else self._nobodys)
        except ValueError:  # begins like an argon2 hash and is none
            right, known = self._argon2.verify(password, self._nobodys), False
        return bool(right and known)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def step_back() -> None:
    """Give this thread less of the machine than the loop's; on Linux a thread's priority is its own."""
    if sys.platform == "linux":  # pragma: no branch - elsewhere it stays as it is
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS))


def _releasing(lane: Lane, loop: asyncio.AbstractEventLoop) -> Callable[[object], None]:
    def release(_: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lane.release)

    return release

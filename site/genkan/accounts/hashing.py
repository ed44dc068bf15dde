"""How are passwords hashed? argon2id in as many threads as there are cores, behind a queue with an end."""

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final

from passlib.hash import argon2

from genkan.accounts import foreign
from genkan.accounts.tries import Place
from genkan.accounts.turns import Turns

MEMORY: Final = 19_456  # KiB; with two passes and one lane OWASP's floor for argon2id
PASSES: Final = 2
LANES: Final = 1
QUEUE: Final = 256  # waiting hashes; who comes later is told to come back
INSIDE: Final = Place()  # of whoever asks from inside the account
NICENESS: Final = 5  # of the hashing threads, so that the loop keeps answering others


def check_libpass(find: Callable[[str], object] = distribution) -> None:
    """passlib is kept by its fork libpass; pip lets the old one overwrite it in the same folder, where its faults return.

    find: importlib.metadata's distribution. Raises RuntimeError, or PackageNotFoundError without libpass.
    """
    find("libpass")
    with contextlib.suppress(PackageNotFoundError):
        find("passlib")
        raise RuntimeError("passlib is installed beside libpass: pip uninstall passlib libpass, then install libpass")


class Hasher:
    """Hashes and verifies off the loop. memory_kib, time_cost: argon2's parameters; queue: waiting hashes at most."""

    def __init__(
        self, *, threads: int | None = None, queue: int = QUEUE, memory_kib: int = MEMORY, time_cost: int = PASSES
    ) -> None:
        check_libpass()
        self._argon2 = argon2.using(type="ID", memory_cost=memory_kib, rounds=time_cost, parallelism=LANES)
        self._nobodys: str = self._argon2.hash("nobody has this password")
        self._beginning = "$".join(self._nobodys.split("$")[:4]) + "$"  # $argon2id$v=19$m=19456,t=2,p=1$
        self.turns = Turns(threads or cores(), queue, begin=step_back)

    def begin(self) -> None:
        """Start every thread now: later the machine may have none left to give. Raises RuntimeError where it has none."""
        self.turns.begin()

    async def hash(self, password: str, place: Place = INSIDE) -> str:
        """The PHC string, with a salt of its own. place: in the line. Raises Busy."""
        return await self.turns.run(lambda: str(self._argon2.hash(password)), place)

    async def verify(self, password: str, phc: str | None, place: Place = INSIDE) -> bool:
        """Whether it is the password; for None, or what is no known hash, False at the same cost. Raises Busy.

        The hash of an imported account (foreign.py) costs what it cost where it was made, until its person has logged in.

        place: in the line.
        """
        return await self.turns.run(lambda: self._verify(password, phc), place)

    def is_old(self, phc: str) -> bool:
        """Whether the hash is weaker than those that are made now, or of another system.

        One that looks like them need not be read: that takes 50 µs.
        """
        looks_new = phc.startswith(self._beginning) and len(phc) == len(self._nobodys)
        return not looks_new and (not self._argon2.identify(phc) or bool(self._argon2.needs_update(phc)))

    def close(self) -> None:
        self.turns.close()

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

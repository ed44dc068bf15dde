"""What does a process take of the machine, and what can the machine do? From /proc, and by hashing beside."""

import contextlib
import os
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from genkan.accounts.hashing import LANES, MEMORY, PASSES
from passlib.hash import argon2

PASSWORD = "seven lanterns by the river"
HASHER = argon2.using(type="ID", memory_cost=MEMORY, rounds=PASSES, parallelism=LANES)


def tree(pid: int) -> list[int]:
    """A process and all that it has begun, as far as they live."""
    found = [pid]
    for each in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def rss(pid: int) -> float:
    """MB that the largest process of the tree keeps in memory."""
    return max(_status(each, "VmRSS") for each in tree(pid)) / 1024


def peak(pid: int) -> float:
    """MB, the most that it ever was."""
    return max(_status(each, "VmHWM") for each in tree(pid)) / 1024


def threads(pid: int) -> int:
    return max(_status(each, "Threads") for each in tree(pid))


def files(pid: int) -> int:
    """Open file descriptors of the tree."""
    return sum(len(list(Path(f"/proc/{each}/fd").iterdir())) for each in tree(pid))


def cpu(pid: int) -> float:
    """Seconds of CPU time that all its threads have had so far."""
    tasks = (task for each in tree(pid) for task in Path(f"/proc/{each}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def _status(pid: int, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def hash_time() -> float:
    """Seconds of one verification, alone."""
    kept, times = HASHER.hash(PASSWORD), []
    for _ in range(15):
        began = time.monotonic()
        HASHER.verify(PASSWORD, kept)
        times.append(time.monotonic() - began)
    return statistics.median(times)


def hash_rate(seconds: float = 3.0) -> float:
    """Verifications a second, in as many threads as there are cores, with nothing else."""
    kept, cores = HASHER.hash(PASSWORD), len(os.sched_getaffinity(0))

    def loop(_: int) -> float:
        began, count = time.monotonic(), 0
        while time.monotonic() < began + seconds:
            HASHER.verify(PASSWORD, kept)
            count += 1
        return count / (time.monotonic() - began)

    with ThreadPoolExecutor(cores) as pool:
        return sum(pool.map(loop, range(cores)))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Is the machine as it should be? How long a password takes to be checked here, and who runs the server."""

import asyncio
import os
import time
from typing import Final

from genkan.accounts.hashing import Hasher, cores
from genkan.commands.checks.around import Around
from genkan.commands.checks.finding import Finding, ok, warning

SLOW: Final = 0.5  # seconds for one password


async def findings(around: Around) -> list[Finding]:
    seconds = await asyncio.to_thread(one_hash)
    return [hashing(seconds, cores()), user(os.geteuid())]


def one_hash() -> float:
    """Seconds. Making a hasher makes a hash; the first one also reads the library, so it is the second that counts."""
    Hasher(threads=1).close()
    began = time.perf_counter()
    Hasher(threads=1).close()
    return time.perf_counter() - began


def hashing(seconds: float, cores: int) -> Finding:
    text = f"a password takes {seconds * 1000:.0f} ms to be checked here: {cores / seconds:.0f} logins a second on {cores} cores"
    if seconds > SLOW:
        return warning("machine.hashing", text, "look what else keeps this machine busy, or take a faster one")
    return ok("machine.hashing", text)


def user(uid: int) -> Finding:
    if uid == 0:
        return warning(
            "machine.user", "this runs as root", "give the server a user of its own, and run this as that user"
        )
    return ok("machine.user", "this does not run as root")

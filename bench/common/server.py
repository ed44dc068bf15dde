"""How is a site started that hashes cheaply, or fails where it is told to? For programs in bench/ alone; run.py can do none of it.

The app is the product's, made by create_app; what fails is wrapped around it from outside.
"""

import argparse
import asyncio
import functools
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "site")  # in the place of this folder

from genkan import log, opening, server, start
from genkan.accounts.hashing import Hasher
from genkan.app import create_app
from genkan.db import Database
from genkan.oauth.client import Client
from genkan.pages import oauth_callback
from genkan.records import sessions, user_oauths, users

# Where it may die: after the provider gave its token, after each of the rows, and with the answer ready but not sent.
POINTS: dict[str, tuple[Any, str]] = {
    "token": (Client, "_token"),
    "user": (users, "add"),
    "identity": (user_oauths, "add"),
    "session": (sessions, "add"),
    "response": (oauth_callback, "arrive"),
}


def main(arguments: list[str]) -> None:
    asked = options().parse_args(arguments)
    settings = opening.settings(ROOT, ["--port", asked.port])
    for point in asked.die:
        dying(point, asked.when)
    if asked.slow:
        Database._rows = slowed(Database._rows, asked.slow)  # type: ignore[method-assign]
    hasher = Hasher(memory_kib=8, time_cost=1) if asked.cheap else Hasher()
    app = create_app(settings, hasher=hasher, now=clock(asked.clock) if asked.clock else now)
    asyncio.run(start.try_out(settings))
    bound = opening.listening(settings)
    with log.to():
        server.run(app, bound)


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", required=True)
    parser.add_argument("--cheap", action="store_true", help="hash at the cost of tests")
    parser.add_argument("--die", action="append", default=[], choices=[*POINTS], help="kill -9 itself there")
    parser.add_argument("--when", type=Path, help="a file: only while it is there")
    parser.add_argument("--slow", type=float, default=0.0, help="seconds before every statement")
    parser.add_argument("--clock", type=Path, help="a file with the seconds that its clock is wrong by")
    return parser


def now() -> int:
    return int(time.time())


def clock(wrong: Path) -> Callable[[], int]:
    return lambda: int(time.time()) + int(wrong.read_text())


def dying(point: str, when: Path) -> None:
    """The process dies as soon as what the point names has been done, while the file is there."""
    owner, name = POINTS[point]
    whole = getattr(owner, name)

    @functools.wraps(whole)
    async def wrapped(*values: Any, **named: Any) -> Any:
        done = await whole(*values, **named)
        if when.exists():
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(owner, name, wrapped)
    if point == "response":
        oauth_callback.ARRIVALS.update(login=wrapped, signup=wrapped)


def slowed(whole: Any, seconds: float) -> Any:
    async def wrapped(*values: Any) -> Any:
        await asyncio.sleep(seconds)
        return await whole(*values)

    return wrapped


if __name__ == "__main__":
    main(sys.argv[1:])

"""F1: is anybody missing who was told that they are in? Sign-ups under load, kill -9 in the middle, again and again.

`python3 bench/kill.py --kills 1000`; `--hashing real --kills 50`; `--database postgresql [--victim database]`. Whoever got a 303 with a
cookie has to be there, once, and able to log in; whoever did not is either absent, with the name free, or in as well.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import sites
from bench.common.browsers import BROKEN, Browser
from bench.common.engines import KINDS, Kept, Postgres, database
from bench.common.figures import Figures
from bench.common.machine import PASSWORD

CLIENTS, CHECKERS, RESTART = 64, 16, 3.0
FRESH = 50  # kills, then an empty database: looking through a large one each time takes longer than the rest
SOONEST, LATEST = 0.05, 1.5  # seconds of load before the kill


class Found:
    """All that was found so far."""

    def __init__(self) -> None:
        self.acknowledged = self.others = self.missing = self.stuck = self.half = 0
        self.unsound: list[str] = []
        self.slowest = 0.0


class Life:
    """One life of the server, or of the database. told: who was told that they are in; tried: who asked."""

    def __init__(self, number: int) -> None:
        self.prefix = f"k{number}-"
        self.tried: set[str] = set()
        self.told: set[str] = set()

    async def load(self, port: int, until: asyncio.Event) -> None:
        await asyncio.gather(*(self._client(port, each, until) for each in range(CLIENTS)))

    async def _client(self, port: int, number: int, until: asyncio.Event) -> None:
        count = 0
        while not until.is_set():
            count += 1
            name = f"{self.prefix}{number}-{count}"
            self.tried.add(name)
            try:
                async with Browser(port, patience=20) as browser:
                    answer = await browser.sign_up(name, PASSWORD)
                if answer.status == 303 and answer.is_in:
                    self.told.add(name)
            except BROKEN:
                await asyncio.sleep(0.01)


async def main(asked: argparse.Namespace) -> int:
    hashing = ["--cheap"] if asked.hashing == "cheap" else None
    title = f"F1: kill -9 of the {asked.victim} under sign-up load, {asked.database}, {asked.hashing} hashing"
    figures, found = Figures(title), Found()
    work = app_dies if asked.victim == "app" else database_dies
    for done in range(0, asked.kills, FRESH):
        with tempfile.TemporaryDirectory() as logs, database(asked.database) as kept:
            await work(min(FRESH, asked.kills - done), kept, Path(logs, "log"), hashing, found)
        progress(done, asked.kills, found)
    figures.note("kills", asked.kills)
    figures.note("acknowledged; not acknowledged, and looked at as well", f"{found.acknowledged}; {found.others}")
    figures.most("acknowledged and missing, or unable to log in", found.missing, 0)
    figures.most("name taken, and nobody can log in by it", found.stuck, 0)
    figures.most("accounts that are half, or there twice", found.half, 0)
    figures.same("integrity and foreign keys, each time", found.unsound[:3] or "ok", "ok")
    figures.most("slowest restart to the first answer", found.slowest, RESTART, " s")
    return figures.status()


async def app_dies(kills: int, kept: Kept, log: Path, hashing: list[str] | None, found: Found) -> None:
    before: Life | None = None
    for number in range(kills + 1):
        site = await sites.answering(sites.begun(kept.url, log, hashing))
        found.slowest = max(found.slowest, site.took)
        if before is not None:
            await looked_at(site.port, kept, before, found)
        if number < kills:
            before, until = Life(number), asyncio.Event()
            load = asyncio.create_task(before.load(site.port, until))
            await asyncio.sleep(random.uniform(SOONEST, LATEST))
            site.kill()
            until.set()
            await load
        site.kill()


async def database_dies(kills: int, kept: Kept, log: Path, hashing: list[str] | None, found: Found) -> None:
    assert isinstance(kept, Postgres), "a file cannot be killed"
    async with sites.site(kept.url, log.parent, hashing) as site:
        for number in range(kills):
            life, until = Life(number), asyncio.Event()
            load = asyncio.create_task(life.load(site.port, until))
            await asyncio.sleep(random.uniform(SOONEST, LATEST))
            kept.kill() if number % 2 else kept.stop("immediate")
            await asyncio.sleep(0.2)
            until.set()
            await load
            await restarted(kept)
            began = asyncio.get_running_loop().time()
            while not await site.is_ready("/readyz"):
                await asyncio.sleep(0.02)
            found.slowest = max(found.slowest, asyncio.get_running_loop().time() - began)
            await looked_at(site.port, kept, life, found)


async def restarted(kept: Postgres) -> None:
    """What is left of a killed cluster may hold its memory for a moment yet."""
    for _ in range(200):
        with contextlib.suppress(RuntimeError):
            return await asyncio.to_thread(kept.start)
        await asyncio.sleep(0.1)
    raise RuntimeError("the database does not start again")


async def looked_at(port: int, kept: Kept, life: Life, found: Found) -> None:
    state = await kept.soundness()
    found.unsound += [state] if state != "ok" else []
    rows = await kept.rows(
        "SELECT a.username_key, (SELECT COUNT(*) FROM users u WHERE u.id = a.user_id),"
        " (SELECT COUNT(*) FROM sessions s WHERE s.user_id = a.user_id) FROM user_authentications a"
        f" WHERE a.username_key >= '{life.prefix}' AND a.username_key < '{life.prefix[:-1]}.'"
    )
    names = [row[0] for row in rows]
    orphans = await kept.rows("SELECT COUNT(*) FROM users WHERE id NOT IN (SELECT user_id FROM user_authentications)")
    found.half += sum(row[1:] != (1, 1) for row in rows) + len(names) - len(set(names)) + orphans[0][0]
    waiting = sorted(life.tried)
    await asyncio.gather(*(checker(port, life, waiting, found) for _ in range(CHECKERS)))
    found.acknowledged += len(life.told)
    found.others += len(life.tried - life.told)


async def checker(port: int, life: Life, waiting: list[str], found: Found) -> None:
    async with Browser(port) as browser:
        while waiting:
            name = waiting.pop()
            browser.cookies.clear()
            is_in = (await browser.log_in(name, PASSWORD)).is_in
            if name in life.told:
                found.missing += not is_in
            elif not is_in:
                found.stuck += not (await browser.sign_up(name, PASSWORD)).is_in


def progress(number: int, kills: int, found: Found) -> None:
    print(
        f"  {min(kills, number + FRESH)} of {kills}, {found.acknowledged} acknowledged, {found.missing} missing",
        file=sys.stderr,
        flush=True,
    )


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--victim", choices=("app", "database"), default="app")
    parser.add_argument("--hashing", choices=("cheap", "real"), default="cheap")
    parser.add_argument("--kills", type=int, default=1000)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

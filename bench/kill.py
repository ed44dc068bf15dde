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
from bench.common.engines import KINDS, Kept, Postgres, database
from bench.common.figures import Figures
from bench.common.lives import Found, Life, looked_at

RESTART = 3.0  # seconds
FRESH = 50  # kills, then an empty database: looking through a large one each time takes longer than the rest
SOONEST, LATEST = 0.05, 1.5  # seconds of load before the kill


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

"""F5: what do people get while the database is locked, slow, or has no connection left? `python3 bench/locked.py`; `--database postgresql`.

Somebody else locks it for 3 and for 30 seconds while sign-ups go on; then each statement takes 200 ms; then, on PostgreSQL, others take
all its connections.
"""

import argparse
import asyncio
import contextlib
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg
import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, sites
from bench.common.engines import KINDS, File, Kept, Postgres, database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.people import People
from bench.common.sites import Site

CLIENTS, LIVELY, PATIENCE, RECOVERY, SLOW = 20, 0.1, 5.0, 1.0, 0.2  # of browsers; the rest in seconds


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"F5: a database that is locked, slow, or has no connection left: {asked.database}")
    with tempfile.TemporaryDirectory() as folder, database(asked.database, more="-c max_connections=40") as kept:
        async with sites.site(kept.url, Path(folder), ["--cheap"]) as site:
            for seconds in (3.0, asked.seconds):
                await locked(site, kept, seconds, figures)
            if isinstance(kept, Postgres):
                await exhausted(site, kept, figures)
            figures.same("500 in the log", site.said('"status": 500'), 0)
        async with sites.site(kept.url, Path(folder), ["--cheap", "--slow", str(SLOW)]) as site:
            await slow(site, kept, figures)
    return figures.status()


async def locked(site: Site, kept: Kept, seconds: float, figures: Figures) -> None:
    figures.part(f"locked for {seconds:g} s")
    people, done, during = People(site, f"l{seconds:g}"), asyncio.Event(), Heard()
    health = asyncio.create_task(load.until_set(people.look, done, 0.02))
    async with lock(kept):
        load_ends = asyncio.create_task(load.by_many(people.sign_up, CLIENTS, seconds - 0.2, during))
        await asyncio.sleep(seconds)
    took = await people.again()
    await load_ends
    done.set()
    figures.note("sign-ups", during)
    if seconds < PATIENCE:
        figures.most("sign-ups that did not succeed in the end", during.count - during.statuses[303], 0)
    else:
        figures.most(
            "answers other than 303, and 503 with Retry-After", during.count - during.statuses[303] - during.hints, 0
        )
        figures.most("slowest answer", max(during.seconds), PATIENCE, " s")
    figures.most("/healthz meanwhile, p99", (await health).p(99), LIVELY, " s")
    figures.most("from the release to the next sign-up that succeeds", took, RECOVERY, " s")


@contextlib.asynccontextmanager
async def lock(kept: Kept) -> AsyncIterator[None]:
    """Held by somebody else."""
    if isinstance(kept, File):
        with contextlib.closing(sqlite3.connect(kept.path, isolation_level=None, timeout=20)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        return
    connection = await asyncpg.connect(kept.url)
    async with connection.transaction():
        await connection.execute("LOCK TABLE users, sessions, user_authentications, throttle IN ACCESS EXCLUSIVE MODE")
        yield
    await connection.close()


async def exhausted(site: Site, kept: Postgres, figures: Figures) -> None:
    """Others take what connections there are; those that the site has go on."""
    figures.part("PostgreSQL has no connection left")
    people, others = People(site, "x"), []
    with contextlib.suppress(asyncpg.TooManyConnectionsError):
        while True:
            others.append(await asyncpg.connect(kept.url))
    heard = await load.by_many(people.sign_up, CLIENTS, 3.0)
    for each in others:
        await each.close()
    figures.note("sign-ups", heard)
    figures.most("answers other than 303, and 503 with Retry-After", heard.count - heard.statuses[303] - heard.hints, 0)
    figures.most("from the release to the next sign-up that succeeds", await people.again(), RECOVERY, " s")


async def slow(site: Site, kept: Kept, figures: Figures) -> None:
    figures.part(f"each statement takes {SLOW * 1000:.0f} ms")
    people, done = People(site, "s"), asyncio.Event()
    health = asyncio.create_task(load.until_set(people.look, done, 0.02))
    few = await load.by_many(people.sign_up, 1, 6.0)
    many = await load.by_many(people.sign_up, CLIENTS, 12.0)
    done.set()
    figures.note("sign-ups, one at a time", few)
    figures.most("  that did not succeed", few.count - few.statuses[303], 0)
    figures.note(f"sign-ups, {CLIENTS} at a time", many)
    figures.most("  answers other than 303, and 503 with Retry-After", many.count - many.statuses[303] - many.hints, 0)
    figures.most("/healthz meanwhile, p99", (await health).p(99), LIVELY, " s")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seconds", type=float, default=30.0, help="of the longer lock")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

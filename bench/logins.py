"""L1, L2: how many people can log in, how long do they wait, and what if two thousand come at once? `python3 bench/logins.py --seconds 600`.

Beside the raw rate of argon2id in the same run: 32 at a time without pause, then so many a second as make half of the machine's rate,
then 2,000 within one second.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from genkan.accounts.hashing import cores

from bench.common import load, machine, sites
from bench.common.browsers import Answer, Browser
from bench.common.engines import KINDS, database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.machine import PASSWORD
from bench.common.seeding import seed
from bench.common.sites import Site

PEOPLE, AT_ONCE, STORM = 1000, 32, 2000
SHARE, TIMES, LONGEST, LIVELY, ROOM = 0.8, 6.0, 10.0, 0.25, 64  # of the raw rate, of one hash, seconds, seconds, MB


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"L1, L2: logins, {asked.database}")
    with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
        async with sites.site(kept.url, Path(name)) as site:
            await seed(kept, PEOPLE)
            await saturated(site, asked.saturated, figures)
            await steady(site, asked.seconds, figures)
            await storm(site, figures)
    return figures.status()


def asking(site: Site) -> load.Ask:
    async def log_in(number: int) -> Answer:
        async with Browser(site.port) as browser:
            return await browser.log_in(f"person{number % PEOPLE + 1}", PASSWORD)

    return log_in


async def saturated(site: Site, seconds: float, figures: Figures) -> None:
    figures.part(f"{AT_ONCE} at a time")
    log_in, count = asking(site), 0

    async def next_one(_: int) -> Answer:
        nonlocal count
        count += 1
        return await log_in(count)

    before = await asyncio.to_thread(machine.hash_rate)
    own = time.process_time()
    heard = await load.by_many(next_one, AT_ONCE, seconds)
    left = 1 - (time.process_time() - own) / (seconds * cores())
    raw = (before + await asyncio.to_thread(machine.hash_rate)) / 2
    figures.note("raw argon2id, a second", f"{raw:.1f}")
    figures.note("logins", heard)
    figures.least("logins a second, of the raw rate", heard.rate / raw, SHARE)
    figures.note("of the raw rate on what the client left of the cores", f"{heard.rate / (raw * left):.2f}")
    figures.most("other answers than 303", heard.count - heard.statuses[303], 0)


async def steady(site: Site, seconds: float, figures: Figures) -> None:
    one, raw = machine.hash_time(), await asyncio.to_thread(machine.hash_rate)
    figures.part(f"half of the raw rate, {raw / 2:.1f} a second, for {seconds:g} s; one hash takes {one * 1000:.0f} ms")
    heard = await load.at_rate(asking(site), raw / 2, seconds)
    figures.note("logins", heard)
    figures.most("p95, of the time of one hash", heard.p(95) / one, TIMES)
    figures.most("other answers than 303", heard.count - heard.statuses[303], 0)


async def storm(site: Site, figures: Figures) -> None:
    figures.part(f"{STORM} within a second")
    done, before = asyncio.Event(), machine.rss(site.pid)

    async def look(_: int) -> Answer:
        async with Browser(site.port) as browser:
            return await browser.get("/healthz")

    health = asyncio.create_task(load.until_set(look, done, 0.02))
    heard = await load.at_rate(asking(site), STORM, 1.0, Heard())
    done.set()
    figures.note("logins", heard)
    figures.most("answers other than 303, and 503 with Retry-After", heard.count - heard.statuses[303] - heard.hints, 0)
    figures.most("slowest answer", max(heard.seconds), LONGEST, " s")
    figures.most("/healthz meanwhile, p99", (await health).p(99), LIVELY, " s")
    most = cores() * 19.456 + ROOM
    figures.most("memory on top", machine.peak(site.pid) - before, most, " MB")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--saturated", type=float, default=30.0, help="seconds without pause")
    parser.add_argument("--seconds", type=float, default=600.0, help="at half of the raw rate")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

"""L3: how many signed-in pages can one process answer, and how quickly? `python3 bench/sessions.py --seconds 20`.

GET /account of a hundred people: the JWT is verified, session and user are read, the page is made. As many as it can, and then half of that.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, machine, sites
from bench.common.browsers import Answer, Browser
from bench.common.engines import KINDS, database
from bench.common.figures import Figures
from bench.common.people import People

PEOPLE, AT_ONCE = 100, 8
RATE, SLOWEST, CPU = 800.0, 0.025, 2.0  # a second; seconds; ms of CPU, where one hash takes ten times that


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"L3: the page of whoever is signed in, {asked.database}, one process")
    with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
        async with sites.site(kept.url, Path(name), ["--cheap"]) as site:
            people = People(site, "p")
            free: asyncio.Queue[Browser] = asyncio.Queue()
            for _ in range(PEOPLE):
                free.put_nowait(await people.inside())

            async def look(_: int) -> Answer:
                browser = await free.get()
                try:
                    return await browser.get("/account")
                finally:
                    free.put_nowait(browser)

            before = machine.cpu(site.pid)
            full = await load.by_many(look, AT_ONCE, asked.seconds)
            cpu = (machine.cpu(site.pid) - before) / full.count * 1000
            half = await load.at_rate(look, full.rate / 2, asked.seconds)
            for _ in range(PEOPLE):
                await (await free.get()).close()
    figures.note("as many as it can", full)
    figures.least("a second", full.rate, RATE)
    figures.note(f"half of that, {full.rate / 2:.0f} a second", half)
    figures.most("p99", half.p(99), SLOWEST, " s")
    figures.most("other answers than 200", full.count + half.count - full.statuses[200] - half.statuses[200], 0)
    figures.most("CPU for each, and so no hash", cpu, CPU, " ms")
    return figures.status()


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each of the two")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

"""L5, L6: what do two thousand connections cost, and two thousand that dawdle? `python3 bench/connections.py --seconds 300`.

First 2,000 that are kept, of which each asks for the login page every ten seconds. Then 2,000 that say nothing, or a byte now and then of
a head or a body, while twenty people go about their business.
"""

import argparse
import asyncio
import contextlib
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, machine, sites
from bench.common.browsers import BROKEN, HOST, Answer, Browser
from bench.common.engines import database
from bench.common.figures import Figures
from bench.common.people import People
from bench.common.sites import Site

CONNECTIONS, ACTIVE, REAL = 2000, 200, 20  # requests a second of those that are kept; people
SLOWEST, MEMORY, FILES = 0.3, 300.0, 5  # seconds, MB, descriptors
REAL_SLOWEST, CLOSED, GAP = 1.0, 31.0, 5.0  # seconds: of real people; of a socket that dawdles; between its bytes
HEAD = f"POST /login HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"L5, L6: {asked.connections} connections")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as name, database("sqlite") as kept:
        async with sites.site(kept.url, Path(name)) as site:
            await kept_open(site, asked, figures)
            await dawdling(site, asked, figures)
    return figures.status()


async def kept_open(site: Site, asked: argparse.Namespace, figures: Figures) -> None:
    figures.part(f"{asked.connections} that are kept, {ACTIVE} requests a second, {asked.seconds:g} s")
    async with Browser(site.port) as browser:
        await browser.get("/login")
    await asyncio.sleep(0.2)
    before = machine.files(site.pid)
    browsers = [Browser(site.port, patience=30) for _ in range(asked.connections)]
    for begin in range(0, len(browsers), 100):
        await asyncio.gather(*(each.get("/login") for each in browsers[begin : begin + 100]))

    async def ask(number: int) -> Answer:
        return await browsers[number % len(browsers)].get("/login")

    heard = await load.at_rate(ask, ACTIVE, asked.seconds)
    figures.note("answers", heard)
    figures.most("resets, and answers of 5xx", heard.faults, 0)
    figures.most("p99 of GET /login", heard.p(99), SLOWEST, " s")
    figures.least("connections that were held", machine.files(site.pid) - before, 0.99 * asked.connections)
    figures.most("memory", machine.rss(site.pid), MEMORY, " MB")
    for each in browsers:
        await each.close()
    await asyncio.sleep(3)
    figures.most("files more than before, afterwards", machine.files(site.pid) - before, FILES)


async def dawdling(site: Site, asked: argparse.Namespace, figures: Figures) -> None:
    figures.part(f"{asked.connections} that dawdle, and {REAL} people")
    people, done = People(site, "r"), asyncio.Event()
    for _ in range(REAL):
        await people.sign_up()
    slow = [asyncio.create_task(dawdle(site.port, each % 3)) for each in range(asked.connections)]

    async def real(number: int) -> Answer:
        await asyncio.sleep(1)
        async with Browser(site.port) as browser:
            return await browser.get("/login")

    real_ones = asyncio.create_task(load.by_many(real, REAL, CLOSED + 2))
    lives = await asyncio.gather(*slow)
    done.set()
    heard = await real_ones
    figures.note("real people's pages", heard)
    figures.most("of them without an answer, or 5xx", heard.faults, 0)
    figures.most("p99", heard.p(99), REAL_SLOWEST, " s")
    figures.most("longest life of a socket that dawdles", max(lives), CLOSED, " s")


async def dawdle(port: int, kind: int) -> float:
    """Seconds until the other side ends it. kind: says nothing; a byte of a head now and then; a byte of a body."""
    began = time.monotonic()
    with contextlib.suppress(*BROKEN):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        whole = b"" if kind == 0 else HEAD.encode() if kind == 1 else f"{HEAD}Content-Length: 1000\r\n\r\n".encode()
        writer.write(whole if kind == 2 else whole[:10])
        over = asyncio.create_task(reader.read())
        while not over.done() and time.monotonic() < began + 90:
            await asyncio.wait({over}, timeout=GAP)
            if kind:
                writer.write(b"x")
        writer.close()
        over.cancel()
    return time.monotonic() - began


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--seconds", type=float, default=300.0, help="of those that are kept")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

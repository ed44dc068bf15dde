"""F8: does a provider that fails hurt anybody but those who want in by it? `python3 bench/providers.py --each 20`.

Each of its four endpoints fails in each of sixteen ways, while others log in by password. Counted for each of the 64 cells: how long the
page takes, what it says, what it costs in memory, and how soon a login succeeds when the provider is well again.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, machine, sites
from bench.common.browsers import Browser
from bench.common.engines import database
from bench.common.faults import ENDPOINTS, FAULTS, REFUSED, SLOW, Faulty
from bench.common.figures import Figures, percentile
from bench.common.load import Heard
from bench.common.machine import free_port
from bench.common.people import People
from bench.common.providers import NAME, Provider, provider
from bench.common.sites import Site

SLOWEST, SOON, BACK, RISE, TIMES = 10.5, 0.05, 5.0, 5.0, 1.2  # seconds, seconds, seconds, MB, of the baseline


class Cell:
    """One way to fail at one endpoint, and what people saw of it. answers: status, place, and whether they were in."""

    def __init__(self, endpoint: str, way: str) -> None:
        self.endpoint, self.way = endpoint, way
        self.answers: Counter[str] = Counter()
        self.seconds: list[float] = []
        self.back = self.rise = 0.0
        self.faults = self.dead_ends = 0


async def main(asked: argparse.Namespace) -> int:
    ways = (REFUSED, SLOW, *FAULTS)
    figures = Figures(
        f"F8: a provider that fails in {len(ways)} ways at {len(ENDPOINTS)} endpoints, {asked.each} times each"
    )
    cells: list[Cell] = []
    quiet, logins = Heard(), Heard()
    with tempfile.TemporaryDirectory() as name:
        for way in ways:
            made = [Cell(endpoint, way) for endpoint in ENDPOINTS]
            await asyncio.gather(*(failing(each, asked.each, Path(name), quiet, logins) for each in made))
            cells += made
            print(f"  {way}: {dict(sum((each.answers for each in made), Counter()))}", file=sys.stderr, flush=True)
    told(figures, cells, quiet, logins)
    return figures.status()


async def failing(cell: Cell, each: int, logs: Path, quiet: Heard, logins: Heard) -> None:
    """A site of its own for each: what it knows of a provider it keeps."""
    front, behind = free_port(), free_port()
    async with contextlib.AsyncExitStack() as stack:
        mock = await stack.enter_async_context(provider(behind, known_at=front))
        kept = stack.enter_context(database("sqlite"))
        site = await stack.enter_async_context(sites.site(kept.url, logs, ["--cheap"], more=mock.settings))
        people, done, faulty = People(site, "f"), asyncio.Event(), Faulty(mock, front, behind)
        for _ in range(20):
            await people.sign_up()
        await load.at_rate(people.log_in, 4, 2.0, quiet)
        faulty.fault, faulty.endpoint = cell.way, cell.endpoint
        if cell.way != REFUSED:
            await faulty.open()
        password = asyncio.create_task(load.until_set(people.log_in, done, 0.25, logins))
        await attempt(site, mock, cell, 0, faulty)
        # What speaks to providers is there by now; the peak remembers the first try, too.
        before = machine.rss(site.pid)
        for number in range(1, min(each, 4) if cell.way == SLOW else each):
            await attempt(site, mock, cell, number, faulty)
        cell.rise = machine.peak(site.pid) - before
        done.set()
        await password
        faulty.fault = None
        if cell.way == REFUSED:
            await faulty.open()
        cell.back = await well_again(site, mock)
        await faulty.close()
        cell.faults = site.said('"status": 500') + site.said("Traceback") + site.said('"request failed"')


async def attempt(site: Site, mock: Provider, cell: Cell, number: int, faulty: Faulty) -> None:
    """One person who wants in. What counts is the request that meets the fault."""
    async with Browser(site.port, patience=20) as browser:
        met = await browser.get(f"/oauth/{NAME}?intent=signup")
        if met.status == 303 and met.place.startswith("http"):
            met = await browser.get(mock.back(met.place, f"p{number}"))
        cell.answers[f"{met.status} {met.place[:8]}".strip() + (" in" if met.is_in else "")] += 1
        cell.seconds.append(met.seconds)
        if not met.is_in:
            page = met if met.status >= 500 else await browser.get(met.place)
            cell.dead_ends += f"/oauth/{NAME}".encode() not in page.body


async def well_again(site: Site, mock: Provider) -> float:
    began = time.monotonic()
    while time.monotonic() < began + 60:
        async with Browser(site.port, patience=20) as browser:
            start = await browser.get(f"/oauth/{NAME}?intent=signup")
            if start.place.startswith("http") and (await browser.get(mock.back(start.place, "later"))).is_in:
                break
        await asyncio.sleep(0.1)
    return time.monotonic() - began


def told(figures: Figures, cells: list[Cell], quiet: Heard, logins: Heard) -> None:
    for cell in cells:
        answers = ", ".join(f"{count} × {answer}" for answer, count in cell.answers.items())
        figures.note(
            f"{cell.endpoint}: {cell.way}"[:58],
            f"{answers}; at most {max(cell.seconds):.2f} s; back in {cell.back:.1f} s",
        )
    wrong = [cell for cell in cells if any(" in" in answer for answer in cell.answers) != (cell.way == SLOW)]
    figures.same(
        "cells that let somebody in, or nobody where all was well", [f"{c.endpoint}: {c.way}" for c in wrong], []
    )
    allowed = {"502", "503", "504", "303 /signup", "303 /login"}
    other = {answer for cell in cells for answer in cell.answers} - allowed - {"303 /account in"}
    figures.same("answers of another kind", sorted(other), [])
    figures.most("pages without a way to try again", sum(cell.dead_ends for cell in cells), 0)
    figures.most("slowest page", max(max(cell.seconds) for cell in cells), SLOWEST, " s")
    figures.most("median page of a cell, once the breaker is open", worst_open(cells), SOON, " s")
    figures.most("slowest recovery", max(cell.back for cell in cells), BACK, " s")
    figures.most("memory that a cell took on top", max(cell.rise for cell in cells), RISE, " MB")
    figures.most("faults of our own", sum(cell.faults for cell in cells), 0)
    figures.most("password logins meanwhile that failed", logins.count - logins.statuses[303], 0)
    figures.most("password login meanwhile, p95 of the one before", logins.p(95) / quiet.p(95), TIMES)


def worst_open(cells: list[Cell]) -> float:
    """Of the ways that keep somebody waiting: the median of all tries, of which all but a few meet an open breaker."""
    waiting = [cell for cell in cells if cell.way in ("hangs", "one byte in 2 s") and len(cell.seconds) > 8]
    return max((percentile(cell.seconds, 50) for cell in waiting), default=0.0)


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=20)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

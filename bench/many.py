"""L4: is the site as quick with a million people as with a thousand? `python3 bench/many.py --users 1000000 --keep FOLDER`.

Two sites side by side, one with a thousand people and one with a million, each with three sessions and one or two identities apiece:
logins, sign-ups and signed-in pages in turns; every statement's plan; start and memory; then the sweep of all sessions that have run out,
and a backup, while people are served. FOLDER keeps the seeded database for the next time.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, machine, plans, sites
from bench.common.browsers import Answer, Browser
from bench.common.engines import KINDS, File, Kept, database, programs
from bench.common.figures import Figures, percentile
from bench.common.machine import PASSWORD
from bench.common.seeding import seed
from bench.common.sites import Site

FEW, ROUNDS = 1000, 4
TIMES, START, MEMORY, SWEPT, SAVED = 1.2, 3.0, 5.0, 0.25, 0.5  # of the small one; seconds; MB; seconds; seconds
ENDED = "SELECT COUNT(*) FROM sessions WHERE expires_at <= {}"


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"L4: {asked.users:,} people, {asked.database}")
    with tempfile.TemporaryDirectory() as name, database(asked.database) as small, large_one(asked) as large:
        logs = Path(name)
        for kept, people in ((small, FEW), (large, asked.users)):
            await prepared(kept, people, logs, figures)
        await compared(small, large, asked, logs, figures)
        scans = await plans.scans(large)
        figures.same("statements that read a whole table", scans, [])
        async with sites.site(large.url, logs) as site:
            await while_served("the sweep of all sessions that have run out", swept(large), site, SWEPT, figures)
            await while_served("a backup", backup(large, logs), site, SAVED, figures)
    return figures.status()


def large_one(asked: argparse.Namespace) -> AbstractContextManager[Kept]:
    folder = Path(asked.keep) / f"{asked.database}-{asked.users}" if asked.keep else None
    if folder and asked.database == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        return database(asked.database, folder)
    return database(asked.database)


async def prepared(kept: Kept, people: int, logs: Path, figures: Figures) -> None:
    async with sites.site(kept.url, logs):
        there = (await kept.rows("SELECT COUNT(*) FROM users"))[0][0]
    if there < people:
        await kept.script("DELETE FROM users")
        figures.note(f"seconds to seed {people:,}", f"{await seed(kept, people):.0f}")
    if isinstance(kept, File):
        figures.note(f"size with {people:,}", f"{os.path.getsize(kept.path) / 2**20:.0f} MB")


async def compared(small: Kept, large: Kept, asked: argparse.Namespace, logs: Path, figures: Figures) -> None:
    """In turns, since the machine may be quick now and slow in a minute."""
    times: dict[tuple[str, bool], list[float]] = {}
    async with sites.site(small.url, logs) as few, sites.site(large.url, logs) as many:
        for round_ in range(ROUNDS):
            for site, people, is_large in ((few, FEW, False), (many, asked.users, True)):
                found = await visited(site, people, asked.each // ROUNDS, f"{is_large}-{round_}")
                for what, seconds in found.items():
                    times.setdefault((what, is_large), []).extend(seconds)
        figures.most("start", many.took, START, " s")
        figures.most("memory, more than with a thousand", machine.rss(many.pid) - machine.rss(few.pid), MEMORY, " MB")
    for what in ("login", "sign-up", "account page"):
        mine, theirs = times[what, True], times[what, False]
        figures.note(what, f"median {percentile(mine, 50) * 1000:.1f} and {percentile(theirs, 50) * 1000:.1f} ms")
        figures.most(f"{what}, p95 of that with a thousand", percentile(mine, 95) / percentile(theirs, 95), TIMES)


async def visited(site: Site, people: int, each: int, name: str) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"login": [], "sign-up": [], "account page": []}
    stamp = f"{name}-{time.time_ns()}".lower()
    async with Browser(site.port) as browser:
        for number in range(each):
            who = number * 7919 % people + 1
            browser.cookies.clear()
            answer = await browser.log_in(f"person{who}", PASSWORD)
            assert answer.is_in, answer
            found["login"].append(answer.seconds)
            found["account page"].append((await browser.get("/account")).seconds)
            browser.cookies.clear()
            found["sign-up"].append((await browser.sign_up(f"{stamp}-{number}", PASSWORD)).seconds)
    return found


async def while_served(what: str, work: Awaitable[str], site: Site, bar: float, figures: Figures) -> None:
    done, number = asyncio.Event(), 0

    async def look(_: int) -> Answer:
        nonlocal number
        number += 1
        async with Browser(site.port) as browser:
            if number % 5:
                return await browser.get("/login")
            await browser.log_in(f"person{number}", PASSWORD)
            return await browser.get("/account")

    serving = asyncio.create_task(load.until_set(look, done, 0.02))
    began = time.monotonic()
    figures.note(what, f"{await work}, {time.monotonic() - began:.0f} s")
    done.set()
    heard = await serving
    figures.note("  pages meanwhile", heard)
    figures.most("  p99", heard.p(99), bar, " s")
    figures.most("  faults", heard.faults, 0)


async def swept(kept: Kept) -> str:
    """By a process of its own, a thousand rows at a time, as the site does it every five minutes."""
    program = [sys.executable, str(ROOT / "bench/common/sweeping.py"), kept.url]
    process = await asyncio.create_subprocess_exec(*program, stdout=asyncio.subprocess.PIPE)
    said = (await process.communicate())[0].decode().strip()
    left = await kept.rows(ENDED.format(int(time.time())))
    return f"{said}, {left[0][0]} left"


async def backup(kept: Kept, folder: Path) -> str:
    target = folder / "backup"
    if isinstance(kept, File):
        command = [
            sys.executable,
            "-c",
            "import sqlite3,sys; a, b = map(sqlite3.connect, sys.argv[1:]); a.backup(b)",
        ]
        command += [str(kept.path), str(target)]
    else:
        command = [str(programs() / "pg_dump"), "-Fc", "-f", str(target), kept.url]
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0
    began = time.monotonic()
    if isinstance(kept, File):
        shutil.copy(target, folder / "restored")
        subprocess.run(["sync", str(folder / "restored")], check=True)
        return f"{os.path.getsize(target) / 2**20:.0f} MB, put back in {time.monotonic() - began:.0f} s"
    return f"{os.path.getsize(target) / 2**20:.0f} MB"


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=200, help="logins, sign-ups and pages on each side")
    parser.add_argument("--keep", default=None, help="a folder for the seeded database (SQLite)")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

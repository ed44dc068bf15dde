"""F4: what happens when the disk is full, of the database or of the log, and is freed again? `sudo python3 bench/disk.py`, as root.

Disks of a few megabytes (tmpfs) are filled while people sign up. On SQLite once with the journal small, so that it cannot grow, and once
with it grown, so that it can be written but the database cannot. `--database postgresql`: all of the cluster is on that disk.
"""

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, sites
from bench.common.browsers import Answer, Browser
from bench.common.engines import KINDS, Kept, Postgres, database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.people import People

SMALL, LARGE, LOG = 24, 220, 1  # MB
SLOWEST, RECOVERY, GROWN = 2.0, 5.0, 300  # seconds, seconds, sign-ups that make the journal grow
# Little room for itself, so that the disk is full of what people write.
LITTLE = "-c min_wal_size=32MB -c max_wal_size=64MB -c shared_buffers=16MB"


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"F4: a full disk, {asked.database}")
    for grown in (0, GROWN):
        figures.part(f"full for the database, after {grown + 20} sign-ups")
        with small_disk(SMALL if asked.database == "sqlite" else LARGE) as disk:
            await full_for_data(asked, disk, grown + 20, figures)
    figures.part("full for the log")
    with small_disk(LOG) as disk, tempfile.TemporaryDirectory() as folder, database(asked.database) as kept:
        await full_for_log(kept, disk, Path(folder), figures)
    return figures.status()


async def full_for_data(asked: argparse.Namespace, disk: Path, before: int, figures: Figures) -> None:
    with tempfile.TemporaryDirectory() as logs, database(asked.database, disk / "db", more=LITTLE) as kept:
        async with sites.site(kept.url, Path(logs), ["--cheap"]) as site:
            people = People(site, "d")
            for _ in range(before):
                await people.sign_up()
            inside, reading, done, unclear = await people.inside(), Heard(), asyncio.Event(), [0]
            async with reader(inside, reading, done):
                with filled(disk):
                    heard = await load.by_many(lambda number: watched(people, unclear), 8, asked.seconds)
            if isinstance(kept, Postgres):
                await stood_up(kept, figures)
            took = await people.again()
            await inside.close()
            figures.note("sign-ups while it is full", heard)
            figures.most(
                "answers other than 303, and 503 with Retry-After", heard.count - heard.statuses[303] - heard.hints, 0
            )
            figures.most("of those, without a clear text", unclear[0], 0)
            figures.most("slowest answer", max(heard.seconds), SLOWEST, " s")
            figures.note("pages of a session that stands", reading)
            figures.most("  that were not shown", reading.count - reading.statuses[200], 0)
            figures.most("from the release to the next sign-up that succeeds", took, RECOVERY, " s")
            figures.most("acknowledged and missing", await people.missing(), 0)
        figures.same("integrity", await kept.soundness(), "ok")


async def stood_up(kept: Postgres, figures: Figures) -> None:
    """PostgreSQL itself may have stopped: its journal found no room. Whoever runs it starts it again."""
    with contextlib.suppress(RuntimeError):
        await asyncio.to_thread(kept.start)
        figures.note("PostgreSQL had stopped itself, and was started again", "yes")


async def watched(people: People, unclear: list[int]) -> Answer:
    answer = await people.sign_up()
    unclear[0] += answer.status == 503 and b"busy" not in answer.body and b"moment" not in answer.body
    return answer


async def full_for_log(kept: Kept, disk: Path, folder: Path, figures: Figures) -> None:
    site = await sites.answering(sites.begun(kept.url, disk / "log", ["--cheap"]))
    people = People(site, "l")
    with filled(disk):
        heard = await load.by_many(people.sign_up, 8, 3.0)
    await people.again()
    await asyncio.sleep(0.5)
    figures.note("sign-ups while it is full", heard)
    figures.most("that did not succeed", heard.count - heard.statuses[303], 0)
    figures.least("lines that tell how many were dropped", site.said("log lines dropped"), 1)
    figures.same("exit status", site.stop(), 0)


@contextlib.asynccontextmanager
async def reader(inside: Browser, heard: Heard, done: asyncio.Event) -> AsyncIterator[None]:
    """Somebody who is signed in looks at their page all the time."""
    task = asyncio.create_task(load.until_set(lambda number: inside.get("/account"), done, 0.05, heard))
    yield
    done.set()
    await task


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=777", "none", folder], check=True)
        (Path(folder) / "db").mkdir()
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


@contextlib.contextmanager
def filled(disk: Path) -> Iterator[None]:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"x" * 4096) == 4096:
            pass
    yield
    ballast.unlink()


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seconds", type=float, default=10.0, help="for which it is full")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

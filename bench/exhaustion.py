"""F13: what if the machine gives no more files, memory or threads? `sudo python3 bench/exhaustion.py`, as root for the last two.

256 files and 400 connections; 256 MB and 600 logins at once; as many threads as there are already. New work is refused, the process
lives, and all is well when the load is gone. Memory and threads are limited by a control group (version 1 or 2).
"""

import argparse
import asyncio
import contextlib
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, machine, sites
from bench.common.browsers import BROKEN
from bench.common.engines import database
from bench.common.figures import Figures
from bench.common.people import People
from bench.common.sites import Site

FILES, CONNECTIONS, MEMORY, LOGINS, RECOVERY = 256, 400, 256, 600, 5.0  # MB of memory, seconds
CGROUPS = Path("/sys/fs/cgroup")


async def main(asked: argparse.Namespace) -> int:
    figures = Figures("F13: no more files, memory, threads")
    with tempfile.TemporaryDirectory() as name:
        for title, test in TESTS.items():
            if asked.only in (None, title):
                figures.part(title)
                with database("sqlite") as kept:
                    await test(kept.url, Path(name), figures)
    return figures.status()


async def files(url: str, logs: Path, figures: Figures) -> None:
    limited = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))  # noqa: E731
    async with sites.site(url, logs, None, preexec_fn=limited) as site:
        people = People(site, "f")
        await people.sign_up()
        before = machine.files(site.pid)
        opened = await asyncio.gather(*(idle(site.port) for _ in range(CONNECTIONS)))
        refused = sum([await is_over(each[0]) for each in opened if each])
        figures.note(f"of {CONNECTIONS} connections that say nothing, at once closed or refused", refused)
        figures.most("files of the process", machine.files(site.pid), FILES)
        heard = await load.by_many(people.log_in, 4, 2.0)
        figures.note("logins meanwhile", heard)
        figures.same("the process lives", site.process.poll(), None)
        for each in opened:
            if each:
                each[1].close()
        figures.most("from then to the next sign-up that succeeds", await people.again(), RECOVERY, " s")
        await asyncio.sleep(3)
        figures.most("files more than before", machine.files(site.pid) - before, 5)


async def idle(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    with contextlib.suppress(*BROKEN):
        return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 5)
    return None


async def is_over(reader: asyncio.StreamReader) -> bool:
    """Whether the other side has closed it, or said something, which can only be a refusal."""
    try:
        await asyncio.wait_for(reader.read(1), 0.01)
    except TimeoutError:
        return False
    except BROKEN:
        return True
    return True


async def memory(url: str, logs: Path, figures: Figures) -> None:
    async with sites.site(url, logs, None) as site:
        with control_group("memory", site, MEMORY * 1024 * 1024):
            people = People(site, "m")
            for _ in range(20):
                await people.sign_up()
            figures.note("memory before", f"{machine.rss(site.pid):.0f} MB")
            heard = await load.by_many(people.log_in, LOGINS, 1.0)
            figures.note(f"{LOGINS} logins at once", heard)
            figures.most(
                "that were neither in nor told to come back", heard.count - heard.statuses[303] - heard.hints, 0
            )
            figures.most("memory at its most", machine.peak(site.pid), MEMORY, " MB")
            figures.same("the process lives", site.process.poll(), None)
            figures.most("from then to the next sign-up that succeeds", await people.again(), RECOVERY, " s")


async def threads(url: str, logs: Path, figures: Figures) -> None:
    """No thread more than at the first answer: whatever begins one later has to do without."""
    async with sites.site(url, logs, None) as site:
        with control_group("pids", site, machine.threads(site.pid)):
            people = People(site, "t")
            heard = await load.by_many(people.sign_up, 20, 3.0)
            figures.note("sign-ups", heard)
            figures.most(
                "that were neither in nor told to come back", heard.count - heard.statuses[303] - heard.hints, 0
            )
            figures.same("the process lives", site.process.poll(), None)
        figures.most("from then to the next sign-up that succeeds", await people.again(), RECOVERY, " s")


@contextlib.contextmanager
def control_group(kind: str, site: Site, most: int) -> Iterator[None]:
    """The process may have no more of it."""
    names = {"memory": ("memory.max", "memory.limit_in_bytes"), "pids": ("pids.max", "pids.max")}
    is_new = (CGROUPS / "cgroup.controllers").exists()
    parent = CGROUPS if is_new else CGROUPS / kind
    group = parent / f"genkan-bench-{site.pid}"
    group.mkdir()
    (group / names[kind][0 if is_new else 1]).write_text(str(most))
    (group / "cgroup.procs").write_text(str(site.pid))
    yield
    with contextlib.suppress(OSError):
        (parent / "cgroup.procs").write_text(str(site.pid))
    with contextlib.suppress(OSError):
        group.rmdir()


TESTS = {"files": files, "memory": memory, "threads": threads}


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=[*TESTS], default=None)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

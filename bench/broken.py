"""F7: what if the database is missing, broken, not ours to write, or an older copy? `python3 bench/broken.py`; `--database postgresql`.

At the start: a refusal in words, and exit status 1. While it runs: 503, and well again when the database is; a copy that was restored
knows the people of its time, and nobody else's session.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import sites
from bench.common.engines import KINDS, File, Kept, Postgres, database, programs
from bench.common.figures import Figures
from bench.common.people import People
from bench.common.sites import Site

GARBAGE = b"this is no database\n" * 500


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"F7: a database that is missing, broken, or an older copy, {asked.database}")
    with tempfile.TemporaryDirectory() as name:
        logs = Path(name)
        figures.part("at the start")
        with database(asked.database) as kept:
            async with sites.site(kept.url, logs, ["--cheap"]):
                pass
            for what, url in await at_start(kept):
                refused(what, url, logs, figures)
        if asked.database == "sqlite":
            for file_test in (gone, flipped, restored_file):
                await while_it_runs(asked.database, logs, file_test, figures)
        else:
            for test in (stopped, read_only, restored_rows):
                await while_it_runs(asked.database, logs, test, figures)
    return figures.status()


def refused(what: str, url: str, logs: Path, figures: Figures) -> None:
    log = logs / "refused.log"
    log.unlink(missing_ok=True)
    site = sites.begun(url, log, None)
    try:
        status: int | str = site.process.wait(30)
    except subprocess.TimeoutExpired:
        site.kill()
        status = "it serves"
    said = log.read_text().strip()
    is_plain = bool(said) and "Traceback" not in said
    figures.line(what, f"{status}: {said[:150]!r}", "1, and a sentence", status == 1 and is_plain)


async def at_start(kept: Kept) -> list[tuple[str, str]]:
    if isinstance(kept, Postgres):
        await kept.script("CREATE DATABASE newer TEMPLATE template0")
        await kept.script("UPDATE schema_version SET version = 99")
        nobody = kept.url.replace(str(kept.port), "1")
        return [
            ("nobody listens", nobody),
            ("no such database", kept.url.replace("/postgres", "/nothing").replace("//nothing", "//postgres")),
            ("of a newer version", kept.url),
        ]
    folder = kept.path.parent
    for name in ("newer", "cut", "flipped"):
        shutil.copy(kept.path, folder / f"{name}.db")
    (folder / "garbage.db").write_bytes(GARBAGE)
    os.truncate(folder / "cut.db", 5000)
    flip(folder / "flipped.db", 0)
    with contextlib.closing(sqlite3.connect(folder / "newer.db")) as newer:
        newer.execute("UPDATE schema_version SET version = 99")
        newer.commit()
    names = {
        "no database at all": "garbage",
        "cut off": "cut",
        "its head overwritten": "flipped",
        "of a newer version": "newer",
    }
    found = [(what, f"sqlite:///{folder}/{name}.db") for what, name in names.items()]
    return [("a folder that is not there", f"sqlite:///{folder}/nowhere/genkan.db"), *found]


def flip(path: Path, page: int, pages: int = 1) -> None:
    with path.open("r+b") as file:
        file.seek(page * 4096)
        file.write(b"\x5a" * 4096 * pages)


async def while_it_runs(
    kind: str, logs: Path, test: Callable[[Site, Kept, People, Figures], Awaitable[None]], figures: Figures
) -> None:
    figures.part(str(test.__doc__).partition("\n")[0])
    with database(kind) as kept:
        async with sites.site(kept.url, logs, ["--cheap"]) as site:
            people = People(site, "b")
            for _ in range(30):
                await people.sign_up()
            await test(site, kept, people, figures)
            figures.same("500 in the log", site.said('"status": 500'), 0)


async def unavailable(people: People, figures: Figures) -> None:
    figures.same("sign-up, login", [(await people.sign_up()).status, (await people.log_in()).status], [503, 503])
    figures.same("/healthz", (await people.look()).status, 200)


async def gone(site: Site, kept: Kept, people: People, figures: Figures) -> None:
    """the file is moved away, and back"""
    assert isinstance(kept, File)
    kept.path.rename(kept.path.with_suffix(".away"))
    await unavailable(people, figures)
    kept.path.with_suffix(".away").rename(kept.path)
    figures.most("back: from then to the next sign-up that succeeds", await people.again(), 5, " s")
    figures.most("people who are missing", await people.missing(), 0)


async def flipped(site: Site, kept: Kept, people: People, figures: Figures) -> None:
    """bytes of the file are overwritten from beside, and then a copy is put in its place"""
    assert isinstance(kept, File)
    copy = await copied(kept)
    with contextlib.closing(sqlite3.connect(kept.path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    flip(kept.path, 1, os.path.getsize(kept.path) // 4096 - 1)
    seen = {(await people.sign_up()).status for _ in range(5)} | {
        (await people.log_in(each)).status for each in range(5)
    }
    figures.same("answers other than 503", sorted(seen - {503}), [])
    figures.same("/healthz", (await people.look()).status, 200)
    copy.rename(kept.path)
    figures.most("a copy: from then to the next sign-up that succeeds", await people.again(), 5, " s")
    figures.most("people who are missing", await people.missing(), 0)
    figures.same("integrity", await kept.soundness(), "ok")


async def restored_file(site: Site, kept: Kept, people: People, figures: Figures) -> None:
    """an older copy is put in its place while it runs"""
    assert isinstance(kept, File)
    before, young = await copied(kept), await people.inside()
    later = (await people.sign_up()).status == 303 and people.told.pop()
    before.rename(kept.path)
    figures.same("the page of a session that the copy does not know", (await young.get("/account")).place[:6], "/login")
    await young.close()
    figures.most("people of the copy who are missing", await people.missing(), 0)
    people.told, told = [str(later)], people.told
    figures.most("people who came later, and can log in", 1 - await people.missing(), 0)
    people.told = told
    figures.most("from then to the next sign-up that succeeds", await people.again(), 5, " s")


async def copied(kept: File) -> Path:
    copy = kept.path.with_suffix(".copy")
    with contextlib.closing(sqlite3.connect(kept.path)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


async def stopped(site: Site, kept: Kept, people: People, figures: Figures) -> None:
    """PostgreSQL is stopped, and started again"""
    assert isinstance(kept, Postgres)
    await asyncio.to_thread(kept.stop, "immediate")
    await unavailable(people, figures)
    await asyncio.to_thread(kept.start)
    figures.most("back: from then to the next sign-up that succeeds", await people.again(), 5, " s")
    figures.most("people who are missing", await people.missing(), 0)


async def read_only(site: Site, kept: Kept, people: People, figures: Figures) -> None:
    """PostgreSQL takes no changes for a while, as when another machine has taken over"""
    assert isinstance(kept, Postgres)
    ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    await kept.script("ALTER DATABASE postgres SET default_transaction_read_only = on")
    await kept.rows(ours)
    await unavailable(people, figures)
    await kept.script("ALTER DATABASE postgres RESET default_transaction_read_only")
    await kept.rows(ours)
    figures.most("back: from then to the next sign-up that succeeds", await people.again(), 5, " s")


async def restored_rows(site: Site, kept: Kept, people: People, figures: Figures) -> None:
    """an older copy is put in its place while it runs"""
    assert isinstance(kept, Postgres)
    dump = subprocess.run([str(programs() / "pg_dump"), "--clean", kept.url], capture_output=True, check=True).stdout
    young = await people.inside()
    subprocess.run([str(programs() / "psql"), "-q", kept.url], input=dump, capture_output=True, check=True)
    figures.same("the page of a session that the copy does not know", (await young.get("/account")).place[:6], "/login")
    await young.close()
    figures.most("people of the copy who are missing", await people.missing(), 0)
    figures.most("from then to the next sign-up that succeeds", await people.again(), 5, " s")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

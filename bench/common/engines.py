"""Which database is measured? A file, or a PostgreSQL of our own that keeps what it says: it can be killed, and looked into from beside."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg

from bench.common.machine import free_port

KINDS = ("sqlite", "postgresql")
VALUES: dict[str, Callable[[int], Any]] = {"text": str, "int8": int, "int4": int, "bool": bool, "varchar": str}


class File:
    """One SQLite file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "genkan.db"
        self.url = f"sqlite:///{self.path}"

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as database:
            return database.execute(sql).fetchall()

    async def script(self, sql: str) -> None:
        with contextlib.closing(sqlite3.connect(self.path, timeout=30)) as database:
            database.executescript(sql)

    async def soundness(self) -> str:
        """ok, or what SQLite finds wrong with the file, or a row whose parent is not there."""
        found = [row[0] for row in await self.rows("PRAGMA integrity_check")]
        orphans = await self.rows("PRAGMA foreign_key_check")
        return "ok" if found == ["ok"] and not orphans else f"{found[:3]} {orphans[:3]}"


class Postgres:
    """A cluster of our own, with fsync as it comes, on a free port."""

    def __init__(self, folder: Path, *, more: str = "") -> None:
        self.folder, self._more, self.port = folder, more, free_port()
        self.user = unprivileged()
        if self.user:
            shutil.chown(folder, self.user)
        self.data = folder / "kept"
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")

    def start(self) -> None:
        told = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 {self._more}"
        self._run("pg_ctl", "-w", "-t", "120", "-o", told, "-l", f"{self.folder}/log", "start")

    def stop(self, mode: str = "fast") -> None:
        self._run("pg_ctl", "-w", "-m", mode, "stop")

    def kill(self) -> None:
        """The postmaster, as a machine that runs out of memory does it; the others notice, and end."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    async def script(self, sql: str) -> None:
        connection = await asyncpg.connect(self.url, server_settings={"default_transaction_read_only": "off"})
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def planned(self, sql: str, names: tuple[str, ...], numbers: dict[str, int]) -> str:
        """The plan of a statement with $1, $2 …, as JSON. numbers: what stands for names that are numbers; for others, some text."""
        connection = await asyncpg.connect(self.url)
        try:
            asked = await connection.prepare(sql)
            kinds = [each.name for each in asked.get_parameters()]
            values = [VALUES[kind](numbers.get(name, 1)) for kind, name in zip(kinds, names, strict=True)]
            found = await asked.explain(*values)
            return found if isinstance(found, str) else json.dumps(found)
        finally:
            await connection.close()

    async def soundness(self) -> str:
        """ok, or the tables whose indices do not fit their rows (amcheck)."""
        await self.script("CREATE EXTENSION IF NOT EXISTS amcheck")
        sql = (
            "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_am a ON a.oid = c.relam"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.amname = 'btree' AND n.nspname = 'public' AND c.relkind = 'i'"
        )
        try:
            await self.rows(sql)
        except asyncpg.PostgresError as error:
            return str(error)
        return "ok"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(programs() / program), "-D", str(self.data), *arguments]
        done = subprocess.run(
            command, user=self.user, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.decode()[-500:]}")


Kept = File | Postgres


@contextlib.contextmanager
def database(kind: str, folder: Path | None = None, *, more: str = "") -> Iterator[Kept]:
    """An empty one, gone afterwards. folder: where it is to be, else a temporary one; more: options of PostgreSQL."""
    with contextlib.ExitStack() as stack:
        # Not mkdtemp's own mode: PostgreSQL runs as somebody else where we are root.
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="genkan-bench-")))
        if kind == "sqlite":
            yield File(place)
            return
        cluster = Postgres(place, more=more)
        cluster.start()
        try:
            yield cluster
        finally:
            with contextlib.suppress(RuntimeError):
                cluster.stop("immediate")


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found += [Path(each).parent for each in [shutil.which("initdb")] if each]
    return next(folder for folder in found if (folder / "initdb").exists())


def unprivileged() -> str | None:
    """Who runs PostgreSQL when we are root, whom it refuses."""
    names = {each.pw_name for each in pwd.getpwall()}
    return None if os.geteuid() != 0 else "postgres" if "postgres" in names else "nobody"

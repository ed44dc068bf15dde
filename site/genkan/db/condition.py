"""In what condition is a database? Looked at without changing anything, for whoever runs the site."""

import asyncio
import contextlib
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from genkan.db.advice import advice, named, place_of
from genkan.db.faults import DatabaseFault
from genkan.db.postgres import LOST
from genkan.db.prepare import newest_version

EVERY: Final = 10_000  # steps of SQLite between two looks at the time


@dataclass(frozen=True, slots=True)
class Condition:
    """What does not apply to an engine, or could not be looked at in time, is None."""

    engine: str
    version: int | None  # of the tables; None: there are none
    newest: int  # that this program knows
    journal: str | None = None  # of SQLite: how it keeps what is under way
    is_whole: bool | None = None  # of SQLite: whether every page can be read
    now: float | None = None  # of PostgreSQL: unix seconds
    is_encrypted: bool | None = None  # of PostgreSQL: this connection
    is_read_only: bool | None = None  # of PostgreSQL


async def condition(url: str, *, patience: float) -> Condition:
    """patience: seconds. Raises DatabaseFault."""
    if url.startswith("sqlite"):
        return await asyncio.to_thread(_of_file, Path(place_of(url)), patience)
    try:
        return await _of_server(url, patience)
    except (*LOST, ValueError, asyncpg.PostgresError) as error:
        raise DatabaseFault(advice(place_of(url), type(error).__name__)) from None


def _of_file(path: Path, patience: float) -> Condition:
    if not path.is_file():
        raise DatabaseFault(f"There is no database at {path}. A server that is started makes one.")
    try:
        with contextlib.closing(_opened(path, patience / 2)) as connection:
            return _asked(connection, time.monotonic() + patience)
    except sqlite3.Error as error:
        raise DatabaseFault(advice(str(path), named(error))) from None


def _opened(path: Path, patience: float) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=patience)


def _asked(connection: sqlite3.Connection, until: float) -> Condition:
    has_tables = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone()
    found = connection.execute("SELECT MAX(version) FROM schema_version").fetchone() if has_tables else (None,)
    return Condition(
        engine=f"SQLite {sqlite3.sqlite_version}",
        version=found[0],
        newest=newest_version(),
        journal=str(connection.execute("PRAGMA journal_mode").fetchone()[0]),
        is_whole=_is_whole(connection, until),
    )


def _is_whole(connection: sqlite3.Connection, until: float) -> bool | None:
    """until: of the monotonic clock; then the question is left open."""
    connection.set_progress_handler(lambda: int(time.monotonic() > until), EVERY)
    try:
        return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.OperationalError:
        return None


async def _of_server(url: str, patience: float) -> Condition:
    async with asyncio.timeout(patience):
        connection = await asyncpg.connect(url, timeout=patience, command_timeout=patience)
        try:
            return await _answered(connection)
        finally:
            connection.terminate()


async def _answered(connection: Any) -> Condition:
    has_tables = await connection.fetchval("SELECT to_regclass('schema_version')")
    return Condition(
        engine=f"PostgreSQL {await connection.fetchval('SHOW server_version')}",
        version=await connection.fetchval("SELECT MAX(version) FROM schema_version") if has_tables else None,
        newest=newest_version(),
        now=float(await connection.fetchval("SELECT EXTRACT(EPOCH FROM clock_timestamp())")),
        is_encrypted=await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
        is_read_only=await connection.fetchval("SHOW transaction_read_only") == "on",
    )

"""How will an upgrade go? It is made on a copy, and measured; the database itself is only read."""

import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genkan.db import checking, postgres_side, sqlite_side
from genkan.db.copying import sqlite_path
from genkan.db.database import Database
from genkan.db.faults import DatabaseFault
from genkan.db.prepare import UPGRADES, climb, newest_version, version_of
from genkan.db.sides import Table

DAY: Final = 86_400.0  # seconds that one statement may take: nobody waits for it
NO_TABLES: Final = "There are no tables yet in the database. Start the server once: python3 run.py"
SCHEMA: Final = "genkan_rehearsal"  # is never seen by others: it comes and goes in one transaction


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """counts: rows of each table before; lost: tables with fewer afterwards; seconds: that the upgrade itself took."""

    before: int
    after: int
    seconds: float
    counts: dict[str, int]
    lost: tuple[str, ...]
    faults: tuple[str, ...]


class _Over(Exception):
    """Takes back what was rehearsed."""


async def upgraded(url: str, now: int, *, upgrades: Path = UPGRADES) -> tuple[int, int]:
    """Bring a database to this program's version, however long it takes. From which version to which. Raises DatabaseFault."""
    database = Database(url, patience=DAY)
    await _connected(database)
    try:
        async with database.transaction():
            before = await _stands(database)
            await climb(database, before, now, upgrades=upgrades)
        return before, newest_version(upgrades)
    finally:
        await database.disconnect()


async def rehearsed(url: str, names: Collection[str], now: int, *, upgrades: Path = UPGRADES) -> Rehearsal:
    """The same on a copy. names: the tables that are ours. Raises DatabaseFault."""
    path = sqlite_path(url)
    if path is None:
        return await _in_a_schema(url, names, now, upgrades)
    with tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=path.parent) as folder:
        copy = Path(folder) / "copy.db"
        sqlite_side.copy(path, copy)
        return await _on_the_copy(copy, names, now, upgrades)


async def _on_the_copy(copy: Path, names: Collection[str], now: int, upgrades: Path) -> Rehearsal:
    there = [name for name in checking.checked(copy, names).counts if name in names]
    database = Database(f"sqlite:///{copy}", patience=DAY)
    await _connected(database)
    try:
        async with database.transaction():
            found = await _climbed(database, there, now, upgrades)
    finally:
        await database.disconnect()
    faults = checking.checked(copy, names).faults
    return Rehearsal(found.before, found.after, found.seconds, found.counts, found.lost, faults)


async def _in_a_schema(url: str, names: Collection[str], now: int, upgrades: Path) -> Rehearsal:
    async with postgres_side.reading(url) as side:
        tables = [table for table in await side.tables() if table.name in names]
    database = Database(url, patience=DAY)
    await _connected(database)
    found: list[Rehearsal] = []
    try:
        async with database.transaction():
            await _copy_beside(database, tables)
            found.append(await _climbed(database, [table.name for table in tables], now, upgrades))
            raise _Over
    except _Over:
        return found[0]
    except RuntimeError as error:
        raise DatabaseFault(
            f"PostgreSQL lets nothing be rehearsed ({error}): the user needs CREATE on the database."
        ) from None
    finally:
        await database.disconnect()


async def _copy_beside(database: Database, tables: list[Table]) -> None:
    """Every row as it is at one moment, in a schema that this transaction sees in the place of the usual one."""
    await database.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    source = await database.value("SELECT current_schema()")
    await database.run(f"CREATE SCHEMA {SCHEMA}")
    await database.run(f"SET LOCAL search_path TO {SCHEMA}")
    for table in tables:
        columns = ", ".join(table.columns)
        await database.run(table.make)
        await database.run(f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {source}.{table.name}")
        for statement in table.finish:
            await database.run(statement)


async def _climbed(database: Database, tables: list[str], now: int, upgrades: Path) -> Rehearsal:
    if "schema_version" not in tables:
        raise DatabaseFault(NO_TABLES)
    counts = await _counts(database, tables)
    before = int(await database.value("SELECT MAX(version) AS version FROM schema_version") or 0)
    begun = time.monotonic()
    await climb(database, before, now, upgrades=upgrades)
    seconds = time.monotonic() - begun
    after = await _counts(database, tables)
    lost = tuple(name for name in tables if after[name] < counts[name])
    return Rehearsal(before, newest_version(upgrades), seconds, counts, lost, ())


async def _counts(database: Database, tables: list[str]) -> dict[str, int]:
    return {name: int(await database.value(f"SELECT COUNT(*) AS n FROM {name}") or 0) for name in tables}


async def _connected(database: Database) -> None:
    if not database.is_there:
        raise DatabaseFault("There is no database yet at DATABASE_URL. Start the server once: python3 run.py")
    await database.connect()


async def _stands(database: Database) -> int:
    version = await version_of(database)
    if version is None:
        raise DatabaseFault(NO_TABLES)
    return version

"""Is the database as new as the code? Makes it from schema.sql, or takes it up step by step; all of it, or none."""

import sqlite3
from pathlib import Path
from typing import Final

from genkan.db.advice import advice
from genkan.db.database import Database
from genkan.db.faults import DatabaseFault, StatementRefused, UniqueViolation

UPGRADES: Final = Path(__file__).parent / "upgrades"
FIRST: Final = 1
NEWER: Final = (
    "The database {place} is of version {version}, and this program knows {newest} at most. "
    "Install the newer program, or put back the backup that was made before the upgrade."
)
LOCK: Final = 4_736_526  # any number of ours, for PostgreSQL's advisory locks


async def prepare(database: Database, schema: Path, now: int, *, upgrades: Path = UPGRADES) -> bool:
    """Bring a connected database up to date, in one transaction, one process at a time. Whether it was made anew.

    Each upgrade is a file NNNN_words.sql that leads to version NNNN.
    Raises DatabaseFault for a database of a newer version, for one that is not ours, and one where we may not do that.
    """
    try:
        return await _prepare(database, schema, now, upgrades)
    except (StatementRefused, sqlite3.Error) as error:
        raise DatabaseFault(advice(database.place, str(error))) from None


async def _prepare(database: Database, schema: Path, now: int, upgrades: Path) -> bool:
    async with database.transaction():
        version = await _version(database)
        if version is None:
            await database.script(schema.read_text())
            await database.run("UPDATE schema_version SET applied_at = :now", now=now)
            return True
        await climb(database, version, now, upgrades=upgrades)
    return False


async def climb(database: Database, version: int, now: int, *, upgrades: Path = UPGRADES) -> None:
    """Take each step from this version on, in the caller's transaction. Raises DatabaseFault."""
    steps = _steps(upgrades)
    newest = max(steps, default=FIRST)
    if version > newest:
        raise DatabaseFault(NEWER.format(place=database.place, version=version, newest=newest))
    for step in range(version + 1, newest + 1):
        try:
            await database.script(steps[step].read_text())
        except (RuntimeError, sqlite3.Error, UniqueViolation) as error:
            raise DatabaseFault(
                f"The step to version {step} cannot be taken; the database is as it was. ({error})"
            ) from error
        await database.run("INSERT INTO schema_version (version, applied_at) VALUES (:step, :now)", step=step, now=now)


def newest_version(upgrades: Path = UPGRADES) -> int:
    """The one that this program works with."""
    return max(_steps(upgrades), default=FIRST)


async def version_of(database: Database) -> int | None:
    """Where a connected database stands; None for an empty one."""
    async with database.transaction():
        return await _version(database)


async def check_version(database: Database) -> None:
    """Raises DatabaseFault where a connected database is not of this program's version."""
    known = newest_version()
    version = await version_of(database)
    if version is None or version < known:
        raise DatabaseFault("The database is not up to date. Start the server once: python3 run.py")
    if version > known:
        raise DatabaseFault(NEWER.format(place=database.place, version=version, newest=known))


def _steps(upgrades: Path) -> dict[int, Path]:
    return {int(path.name[:4]): path for path in sorted(upgrades.glob("[0-9][0-9][0-9][0-9]_*.sql"))}


async def _version(database: Database) -> int | None:
    """Where the database stands; None for an empty one. Others wait until the transaction is over."""
    if database.is_sqlite:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
    else:
        await database.run(f"SELECT pg_advisory_xact_lock({LOCK})")
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'"
    if await database.value(sql) is None:
        return None
    version: int = await database.value("SELECT MAX(version) AS version FROM schema_version") or 0
    return version

"""Is the database as new as the code? Makes it from schema.sql, or takes it up step by step; all of it, or none."""

from pathlib import Path
from typing import Final

from genkan.db.database import Database
from genkan.db.faults import DatabaseFault

UPGRADES: Final = Path(__file__).parent / "upgrades"
FIRST: Final = 1
NEWER: Final = (
    "The database is of version {version}, and this program knows {newest} at most. Install the newer program."
)
LOCK: Final = 4_736_526  # any number of ours, for PostgreSQL's advisory locks


async def prepare(database: Database, schema: Path, now: int, *, upgrades: Path = UPGRADES) -> None:
    """Bring a connected database up to date, in one transaction, one process at a time.

    Each upgrade is a file NNNN_words.sql that leads to version NNNN.
    Raises DatabaseFault for a database of a newer version.
    """
    steps = _steps(upgrades)
    newest = max(steps, default=FIRST)
    async with database.transaction():
        version = await _version(database)
        if version is None:
            await database.script(schema.read_text())
            await database.run("UPDATE schema_version SET applied_at = :now", now=now)
            return
        if version > newest:
            raise DatabaseFault(NEWER.format(version=version, newest=newest))
        for step in range(version + 1, newest + 1):
            await database.script(steps[step].read_text())
            await database.run(
                "INSERT INTO schema_version (version, applied_at) VALUES (:step, :now)", step=step, now=now
            )


async def check_version(database: Database) -> None:
    """Raises DatabaseFault where a connected database is not of this program's version."""
    newest = max(_steps(UPGRADES), default=FIRST)
    async with database.transaction():
        version = await _version(database)
    if version is None or version < newest:
        raise DatabaseFault("The database is not up to date. Start the server once: python3 run.py")
    if version > newest:
        raise DatabaseFault(NEWER.format(version=version, newest=newest))


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

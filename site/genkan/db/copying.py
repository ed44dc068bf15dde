"""How does everything get from one database into another, of either kind? Table by table, counted and compared before it is kept."""

import contextlib
from collections.abc import AsyncIterator, Collection
from pathlib import Path

from databases import DatabaseURL

from genkan.db import postgres_side, sqlite_side
from genkan.db.faults import DatabaseFault
from genkan.db.sides import Counted, Side, Table


async def copied(source: Side, target: Side, names: Collection[str]) -> dict[str, int]:
    """Copy the tables of these names, as far as the source has them. How many rows each has. Raises DatabaseFault."""
    counts: dict[str, int] = {}
    for table in await source.tables():
        if table.name in names:
            counts[table.name] = await _copy(source, target, table)
    return counts


async def _copy(source: Side, target: Side, table: Table) -> int:
    await target.run(table.make)
    there = Counted()
    async for rows in source.rows(table):
        there = there.more(rows)
        await target.put(table, rows)
    for statement in table.finish:
        await target.run(statement)
    here = Counted()
    async for rows in target.rows(table):
        here = here.more(rows)
    if here != there:
        raise DatabaseFault(f"The copy of the table {table.name} differs from what was read. Nothing was kept.")
    return here.rows


async def others(side: Side, names: Collection[str]) -> list[str]:
    """The tables that are none of these."""
    return [table.name for table in await side.tables() if table.name not in names]


def sqlite_path(url: str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    found = DatabaseURL(url)
    return Path(found.database) if found.dialect == "sqlite" else None


@contextlib.asynccontextmanager
async def snapshot(url: str, *, alone: bool) -> AsyncIterator[Side]:
    """The database to read from. alone: with nobody else who uses it. Raises DatabaseFault."""
    path = sqlite_path(url)
    if path is None:
        reading = postgres_side.reading_alone if alone else postgres_side.reading
        async with reading(url) as side:
            yield side
    else:
        with sqlite_side.reading_alone(path) if alone else sqlite_side.reading(path) as side:
            yield side


@contextlib.asynccontextmanager
async def empty(url: str, names: Collection[str], *, aside: str | None = None) -> AsyncIterator[Side]:
    """The database to write into: a file that is not there yet, or none of these tables. Kept whole or not at all.

    aside: of PostgreSQL, a schema that tables of these names are put into first.

    Raises DatabaseFault.
    """
    path = sqlite_path(url)
    if path is None:
        async with postgres_side.making(url) as side:
            there = [table.name for table in await side.tables() if table.name in names]
            if there and aside:
                await side.put_aside(there, aside)
            elif there:
                raise DatabaseFault(
                    "There are tables of ours already in the database that is to be filled. It must have none."
                )
            yield side
    else:
        if path.exists():
            raise DatabaseFault(f"There is something already at {path}. Choose a place where there is nothing.")
        with sqlite_side.making(path) as side:
            yield side

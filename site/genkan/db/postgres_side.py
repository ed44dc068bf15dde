"""How is a PostgreSQL database read and written whole? In one transaction, with statements for its tables that SQLite takes, too."""

import contextlib
import re
from collections.abc import AsyncIterator
from typing import Any, Final

import asyncpg

from genkan.db.faults import DatabaseFault
from genkan.db.sides import BATCH, Table, Values

TABLES: Final = """
    SELECT c.oid, c.relname AS name FROM pg_class c
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.oid
"""
COLUMNS: Final = """
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS kind, a.attnotnull AS is_needed,
           pg_get_expr(d.adbin, d.adrelid) AS usual
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
CONSTRAINTS: Final = """
    SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint
     WHERE conrelid = $1 AND contype IN ('p', 'u', 'f') ORDER BY contype DESC, conname
"""
INDICES: Final = """
    SELECT pg_get_indexdef(i.indexrelid) AS text FROM pg_index i
     WHERE i.indrelid = $1 AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
     ORDER BY i.indexrelid
"""
OTHERS: Final = """
    SELECT COUNT(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
WAIT: Final = 10  # seconds for a connection
CAST: Final = re.compile(r"::(text|bigint|boolean)\b")


class PostgresSide:
    def __init__(self, connection: Any) -> None:
        self.connection = connection

    async def tables(self) -> list[Table]:
        return [await self._table(row["oid"], row["name"]) for row in await self.connection.fetch(TABLES)]

    async def rows(self, table: Table) -> AsyncIterator[list[Values]]:
        cursor = await self.connection.cursor(f"SELECT {', '.join(table.columns)} FROM {table.name}")
        while found := await cursor.fetch(BATCH):
            yield [tuple(row.values()) for row in found]

    async def run(self, statement: str) -> None:
        await self.connection.execute(statement)

    async def put(self, table: Table, rows: list[Values]) -> None:
        await self.connection.copy_records_to_table(table.name, records=rows, columns=table.columns)

    async def put_aside(self, names: list[str], schema: str) -> None:
        """Into a schema of their own, with their indexes."""
        await self.run(f"CREATE SCHEMA {schema}")
        for name in names:
            await self.run(f"ALTER TABLE {name} SET SCHEMA {schema}")

    async def _table(self, oid: int, name: str) -> Table:
        columns = await self.connection.fetch(COLUMNS, oid)
        lines = [_column(each) for each in columns]
        lines += [row["text"] for row in await self.connection.fetch(CONSTRAINTS, oid)]
        indices = [row["text"] for row in await self.connection.fetch(INDICES, oid)]
        return Table(
            name=name,
            columns=tuple(each["name"] for each in columns),
            booleans=frozenset(number for number, each in enumerate(columns) if each["kind"] == "boolean"),
            make=f"CREATE TABLE {name} ({', '.join(lines)})",
            finish=tuple(_plain(each) for each in indices),
        )


def _column(column: Any) -> str:
    usual = CAST.sub("", column["usual"] or "")
    needed = " NOT NULL" if column["is_needed"] else ""
    return f"{column['name']} {column['kind'].upper()}{needed}{f' DEFAULT {usual}' if usual else ''}"


def _plain(index: str) -> str:
    """Without the schema that it is in, the kind of index that everyone has, and the types of constants."""
    return re.sub(r" ON \w+\.(\w+) USING btree", r" ON \1", CAST.sub("", index))


@contextlib.asynccontextmanager
async def reading(url: str) -> AsyncIterator[PostgresSide]:
    """As it is at this moment, while others write. Raises DatabaseFault."""
    async with opened(url) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        yield PostgresSide(connection)


@contextlib.asynccontextmanager
async def reading_alone(url: str) -> AsyncIterator[PostgresSide]:
    """With nobody else connected, and nobody who writes. Raises DatabaseFault."""
    async with opened(url) as connection, connection.transaction(isolation="repeatable_read"):
        if await connection.fetchval(OTHERS):
            raise DatabaseFault(
                "Others are connected to this database: stop the server first, and start it when this is done."
            )
        side = PostgresSide(connection)
        for table in await connection.fetch(TABLES):
            await connection.execute(f"LOCK TABLE {table['name']} IN EXCLUSIVE MODE")
        yield side


@contextlib.asynccontextmanager
async def making(url: str) -> AsyncIterator[PostgresSide]:
    """All that is written, or nothing. Raises DatabaseFault."""
    async with opened(url) as connection, connection.transaction():
        yield PostgresSide(connection)


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Any]:
    """Raises DatabaseFault for whatever PostgreSQL refuses; it may carry values, so only its name is told."""
    try:
        connection = await asyncpg.connect(url, timeout=WAIT)
        try:
            yield connection
        finally:
            await connection.close()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise DatabaseFault(
            f"PostgreSQL refuses ({type(error).__name__}). Check DATABASE_URL, and that the server runs."
        ) from None

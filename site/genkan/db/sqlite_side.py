"""How is an SQLite file read and written whole? As a snapshot of what is there, beside a server that goes on writing."""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from genkan.db.faults import DatabaseFault
from genkan.db.sides import BATCH, Table, Values

WAIT: Final = 10.0  # seconds for another's lock
TABLES: Final = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
INDICES: Final = (
    "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ? ORDER BY rowid"
)


class SQLiteSide:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def tables(self) -> list[Table]:
        return [self._table(name, sql) for name, sql in self._connection.execute(TABLES).fetchall()]

    async def rows(self, table: Table) -> AsyncIterator[list[Values]]:
        cursor = self._connection.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}")
        while found := cursor.fetchmany(BATCH):
            yield [_typed(row, table.booleans) for row in found]

    async def run(self, statement: str) -> None:
        self._connection.execute(statement)

    async def put(self, table: Table, rows: list[Values]) -> None:
        marks = ", ".join("?" * len(table.columns))
        self._connection.executemany(f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})", rows)

    def _table(self, name: str, sql: str) -> Table:
        found = self._connection.execute(f"SELECT name, type FROM pragma_table_info('{name}')").fetchall()
        return Table(
            name=name,
            columns=tuple(column for column, _ in found),
            booleans=frozenset(number for number, (_, kind) in enumerate(found) if kind.upper() == "BOOLEAN"),
            make=sql,
            finish=tuple(row[0] for row in self._connection.execute(INDICES, [name])),
        )


def _typed(row: Values, booleans: frozenset[int]) -> Values:
    return [bool(each) if number in booleans else each for number, each in enumerate(row)] if booleans else row


@contextlib.contextmanager
def reading_alone(path: Path) -> Iterator[SQLiteSide]:
    """Its only reader, until the end: whoever would write meanwhile would write in vain. Raises DatabaseFault."""
    with opened(path) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise DatabaseFault(f"{path} is in use: stop the server first, and start it when this is done.") from None
        yield SQLiteSide(connection)
        connection.execute("ROLLBACK")


@contextlib.contextmanager
def reading(path: Path) -> Iterator[SQLiteSide]:
    """A file of our own, that nobody writes."""
    with opened(path) as connection:
        yield SQLiteSide(connection)


@contextlib.contextmanager
def making(path: Path) -> Iterator[SQLiteSide]:
    """A new file, whole or not at all; nobody else may read it."""
    path.touch(mode=0o600, exist_ok=False)
    try:
        with opened(path) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield SQLiteSide(connection)
            connection.execute("COMMIT")
    except BaseException:
        path.unlink()
        raise


def copy(path: Path, to: Path) -> None:
    """The file as it is at this moment, while others read and write it; nobody else may read the copy. Raises DatabaseFault."""
    to.touch(mode=0o600, exist_ok=False)
    with opened(path) as source, opened(to) as target:
        source.backup(target)  # all in one step: one snapshot, that no writer makes begin anew
        target.execute("PRAGMA journal_mode = DELETE")  # one file again


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Raises DatabaseFault for whatever SQLite refuses."""
    if not path.is_file():
        raise DatabaseFault(f"There is no database at {path}.")
    connection = sqlite3.connect(path, isolation_level=None, timeout=WAIT)
    try:
        yield connection
    except sqlite3.DatabaseError as error:
        raise DatabaseFault(f"{path} cannot be used as an SQLite database ({error}).") from None
    finally:
        connection.close()

"""How is a statement run on an SQLite connection, and what do its errors mean to the house?"""

import sqlite3
from typing import Final

from genkan.db.faults import DatabaseUnavailable, UniqueViolation
from genkan.db.statements import Row, Statement

UNAVAILABLE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_INTERRUPT,
    }
)


def run(connection: sqlite3.Connection, statement: Statement) -> list[Row]:
    """The rows of one statement. Raises DatabaseUnavailable, UniqueViolation; any other error is a fault of ours."""
    try:
        cursor = connection.execute(statement.sql, statement.values)
        rows = cursor.fetchall()
    except sqlite3.Error as error:
        raise translated(error) from None
    names = [column[0] for column in cursor.description or ()]
    return [Row(dict(zip(names, row, strict=True))) for row in rows]


def translated(error: sqlite3.Error) -> Exception:
    code = getattr(error, "sqlite_errorcode", None)
    if code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
        return UniqueViolation()
    if code is not None and code & 0xFF in UNAVAILABLE:  # the low byte is the kind, the rest refines it
        return DatabaseUnavailable(f"SQLite: {error.sqlite_errorname}")
    return error

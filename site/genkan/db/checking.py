"""Is an SQLite file whole? Its pages, its references, the version of its tables, and how many rows they have."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genkan.db import sqlite_side

MOST: Final = 5  # faults that are told; the rest is alike


@dataclass(frozen=True, slots=True)
class Checked:
    """version: 0 where there is none; faults: sentences, none for a database that is whole; others: tables that are not ours."""

    version: int
    counts: dict[str, int]
    others: tuple[str, ...]
    faults: tuple[str, ...]


def checked(path: Path, names: Collection[str]) -> Checked:
    """names: the tables that are ours. Raises DatabaseFault where it is no database at all."""
    with sqlite_side.opened(path) as connection:
        there = [row[0] for row in connection.execute(sqlite_side.TABLES)]
        broken = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        loose = connection.execute("PRAGMA foreign_key_check").fetchall()
        counts = {
            name: connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in there if name in names
        }
        has_version = "schema_version" in there
        version = connection.execute("SELECT MAX(version) FROM schema_version").fetchone()[0] if has_version else 0
    faults = [f"SQLite: {each}" for each in broken[:MOST]]
    faults += [f"A row of {row[0]} refers to one of {row[2]} that is not there." for row in loose[:MOST]]
    faults += [] if version else ["It has no tables of Genkan."]
    return Checked(version or 0, counts, tuple(each for each in there if each not in names), tuple(faults))

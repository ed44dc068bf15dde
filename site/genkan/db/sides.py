"""What is there to copy from one database to another? Tables with their statements, columns and rows; each engine is a side."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

BATCH: Final = 5000  # rows that are in memory at a time
Values = Sequence[Any]  # of one row


@dataclass(frozen=True, slots=True)
class Table:
    """make: its CREATE TABLE; finish: its indexes, made when the rows are there. Both run on either engine."""

    name: str
    columns: tuple[str, ...]
    booleans: frozenset[int]  # which of the columns, by number
    make: str
    finish: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a table holds. digest: the same on either engine and in any order of the rows."""

    rows: int = 0
    digest: int = 0

    def more(self, rows: Iterable[Values]) -> "Counted":
        count, digest = self.rows, self.digest
        for row in rows:
            plain = repr([int(each) if isinstance(each, bool) else each for each in row])
            digest += int.from_bytes(hashlib.sha256(plain.encode()).digest())
            count += 1
        return Counted(count, digest % 2**256)


class Side(Protocol):
    """One database, in one transaction."""

    async def tables(self) -> list[Table]:
        """All of them, those first that others refer to."""

    def rows(self, table: Table) -> AsyncIterator[list[Values]]:
        """As they are kept, a batch at a time."""

    async def run(self, statement: str) -> None: ...

    async def put(self, table: Table, rows: list[Values]) -> None: ...

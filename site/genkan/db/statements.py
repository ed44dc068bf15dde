"""What do the two back ends share? Statements, rows, and waiting that a cancellation cannot tear apart."""

import asyncio
import functools
import re
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, TypeVar, overload

from databases.interfaces import Record
from sqlalchemy.sql import ClauseElement

Value = TypeVar("Value")

PATIENCE: Final = 4.5  # seconds that a statement waits, so that whoever waits for it has an answer within five
PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)\b")
READS = re.compile(r"\s*(SELECT|EXPLAIN)\b", re.IGNORECASE)


class Statement(ClauseElement):
    """SQL with named parameters and their values, as it is: `databases` passes it on to our back ends unread.

    SQLAlchemy's own text() would cost 80 to 90 µs for each query to be taken apart again.
    """

    def __init__(self, sql: str, values: Mapping[str, Any]) -> None:
        self.sql = sql
        self.values = values

    @property
    def is_read(self) -> bool:
        return is_read(self.sql)


@functools.cache
def is_read(sql: str) -> bool:
    return READS.match(sql) is not None


@functools.cache
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The same SQL with $1, $2 … for PostgreSQL, and which name each number stands for."""
    names: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return PARAMETER.sub(number, sql), tuple(names)


class Row(Record):
    """One row, by column name or number."""

    __slots__ = ("_columns",)

    def __init__(self, columns: dict[str, Any]) -> None:
        self._columns = columns

    @property
    def _mapping(self) -> dict[str, Any]:
        return self._columns

    @overload
    def __getitem__(self, key: int) -> Any: ...

    @overload
    def __getitem__(self, key: slice) -> Any: ...

    def __getitem__(self, key: Any) -> Any:
        return list(self._columns.values())[key]

    def __len__(self) -> int:
        return len(self._columns)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._columns.values())


@dataclass(frozen=True, slots=True)
class Shape:
    """How rows become values of one class."""

    row_class: Any
    booleans: tuple[str, ...]  # SQLite has none and answers 0 or 1

    def of(self, row: Row) -> Any:
        columns = row._mapping
        for name in self.booleans:
            columns[name] = bool(columns[name])
        return self.row_class(**columns)


@functools.cache
def shape(row_class: Any) -> Shape:
    booleans = tuple(field.name for field in fields(row_class) if field.type in (bool, "bool"))
    return Shape(row_class, booleans)


async def whole(work: Awaitable[Value]) -> Value:
    """The outcome of work that has to be finished once begun.

    A cancellation meanwhile is kept until the work is done, and raised then.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                raise
            cancelled = error
        except BaseException:  # the task's own, told below
            break
    if cancelled is not None:
        task.exception()  # looked at, so that nobody warns of it
        raise cancelled
    return task.result()

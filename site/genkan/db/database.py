"""How does the house ask its database? `one`, `all`, `value`, `run`, and `transaction` around several of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final, TypeVar

import databases
from databases.interfaces import ConnectionBackend

from genkan.db.advice import place_of
from genkan.db.statements import Row, Shape, Statement, shape

RowClass = TypeVar("RowClass")

BACKENDS: Final = {
    "sqlite": "genkan.db.sqlite:SQLiteBackend",
    "postgresql": "genkan.db.postgres:PostgresBackend",
    "postgres": "genkan.db.postgres:PostgresBackend",
}


class OurDatabase(databases.Database):
    """`databases` with our own back ends: its own cost 150 times a plain SELECT on SQLite, and leak when cancelled."""

    SUPPORTED_BACKENDS = BACKENDS


class Unit:
    """One transaction under way. Tasks that its task has begun share it, one statement at a time."""

    def __init__(self, connection: ConnectionBackend) -> None:
        self.connection = connection
        self.turn = asyncio.Lock()
        self.is_over = False
        self.afterwards: list[Callable[[], None]] = []


class Database:
    """A pool of connections to one database. Outside a transaction each statement stands for itself."""

    def __init__(self, url: str, *, patience: float = 5.0) -> None:
        """url: sqlite:///path or postgresql://…; patience: seconds to wait for a lock or a connection."""
        self._database = OurDatabase(url, patience=patience)
        self._unit: ContextVar[Unit | None] = ContextVar("unit", default=None)

    @property
    def is_sqlite(self) -> bool:
        return self._database.url.dialect == "sqlite"

    @property
    def place(self) -> str:
        """Where it is, for people: without user and password."""
        return place_of(str(self._database.url))

    @property
    def is_there(self) -> bool:
        """Whether there is anything to connect to: of a server it is known only then."""
        if not self.is_sqlite:
            return True
        path = Path(self._database.url.database)
        return path.is_file() and path.stat().st_size > 0

    @property
    def is_in_transaction(self) -> bool:
        """Whether whoever asks is inside of one: what they do now stands or falls with it."""
        return self._unit.get() is not None

    async def connect(self) -> None:
        """Raises DatabaseFault."""
        await self._database.connect()

    async def disconnect(self) -> None:
        await self._database.disconnect()

    async def one(self, row: type[RowClass], sql: str, **values: Any) -> RowClass | None:
        """The first row, as `row` (a dataclass with the columns' names), or None."""
        rows = await self._rows(sql, values)
        return _shape(row).of(rows[0]) if rows else None

    async def all(self, row: type[RowClass], sql: str, **values: Any) -> list[RowClass]:
        found = _shape(row)
        return [found.of(each) for each in await self._rows(sql, values)]

    async def value(self, sql: str, **values: Any) -> Any | None:
        """The first column of the first row, or None."""
        rows = await self._rows(sql, values)
        return rows[0][0] if rows else None

    async def run(self, sql: str, **values: Any) -> None:
        await self._rows(sql, values)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """All or nothing. One inside another joins it. Cancelled at any point, it leaves nothing behind.

        Raises DatabaseUnavailable where it cannot begin or cannot be kept.
        """
        if self._unit.get() is not None:
            yield
            return
        connection = self._database._backend.connection()
        transaction = connection.transaction()
        await transaction.start(is_root=True, extra_options={})
        unit = Unit(connection)
        token = self._unit.set(unit)
        try:
            yield
        except BaseException:
            await self._over(unit)
            await transaction.rollback()
            raise
        else:
            await self._over(unit)
            await transaction.commit()
            for do in unit.afterwards:
                do()
        finally:
            self._unit.reset(token)

    def afterwards(self, do: Callable[[], None]) -> None:
        """Call `do` when the transaction under way has been kept, and not if it was not; at once where there is none."""
        unit = self._unit.get()
        if unit is None:
            do()
        else:
            unit.afterwards.append(do)

    async def script(self, sql: str) -> None:
        """Several statements without parameters, inside a transaction: for schema.sql and the upgrades."""
        unit = self._unit.get()
        assert unit is not None, "a script runs inside a transaction"
        for statement in statements_of(sql):
            await unit.connection.fetch_all(Statement(statement, {}))

    async def _over(self, unit: Unit) -> None:
        """No statement of the unit runs any more, and none begins."""
        unit.is_over = True
        async with unit.turn:
            return

    async def _rows(self, sql: str, values: dict[str, Any]) -> list[Row]:
        statement = Statement(sql, values)
        unit = self._unit.get()
        if unit is not None:
            async with unit.turn:
                if unit.is_over:
                    raise RuntimeError("the transaction that this task was begun in is over")
                return await _fetched(unit.connection, statement)
        # `databases` itself would look for the task's connection first, which takes the time of two SELECTs.
        connection = self._database._backend.connection()
        await connection.acquire()
        try:
            return await _fetched(connection, statement)
        finally:
            await connection.release()


def _fetched(connection: Any, statement: Statement) -> Awaitable[list[Row]]:
    """What our back ends fetch is a list of our rows."""
    rows: Awaitable[list[Row]] = connection.fetch_all(statement)
    return rows


def _shape(row: Any) -> Shape:
    return shape(row)


def statements_of(script: str) -> list[str]:
    """The statements of a script: they end with a semicolon at the end of a line; comments go."""
    lines = [line.partition("--")[0].rstrip() for line in script.splitlines()]
    return [each.strip() for each in "\n".join([*lines, ""]).split(";\n") if each.strip()]

"""How is PostgreSQL spoken to? Through asyncpg's pool; every failure of the connection is one and the same to the house."""

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final

import asyncpg
from asyncpg import exceptions
from databases import DatabaseURL
from databases.interfaces import ConnectionBackend, DatabaseBackend, TransactionBackend

from genkan.db.advice import advice, place_of
from genkan.db.faults import DatabaseFault, DatabaseUnavailable, StatementRefused, UniqueViolation
from genkan.db.statements import Row, Statement, numbered, whole

LOST: Final = (OSError, TimeoutError, exceptions.InterfaceError, exceptions.InternalClientError)
# SQLSTATE classes that may pass: connection, invalid transaction state, rollback (deadlock), resources, intervention, system.
PASSING: Final = ("08", "25", "40", "53", "55", "57", "58")


class PostgresBackend(DatabaseBackend):
    """A pool of connections. patience: seconds that a statement waits for a connection, and then for its answer."""

    def __init__(self, url: DatabaseURL | str, *, patience: float = 5.0, most: int = 8, **_: Any) -> None:
        self.dsn = str(url)
        self.patience = patience
        self.most = most

    async def connect(self) -> None:
        try:
            self.pool = await asyncpg.create_pool(
                self.dsn, min_size=1, max_size=self.most, timeout=self.patience, command_timeout=self.patience
            )
        except (*LOST, ValueError, asyncpg.PostgresError) as error:  # an address that cannot be read is a ValueError
            raise DatabaseFault(advice(place_of(self.dsn), type(error).__name__)) from None

    async def disconnect(self) -> None:
        await self.pool.close()

    def connection(self) -> "PostgresConnection":
        return PostgresConnection(self)


class PostgresConnection(ConnectionBackend):
    """One connection of the pool, for a statement or a transaction."""

    def __init__(self, backend: PostgresBackend) -> None:
        self._backend = backend
        self._held: Any = None

    async def acquire(self) -> None:
        with translated():
            self._held = await self._backend.pool.acquire(timeout=self._backend.patience)

    async def release(self) -> None:
        held, self._held = self._held, None
        with translated():
            await whole(self._backend.pool.release(held))

    @property
    def raw_connection(self) -> Any:
        return self._held

    def transaction(self) -> "PostgresTransaction":
        return PostgresTransaction(self)

    async def fetch_all(self, query: Any) -> list[Any]:
        return await self._run(query)

    async def _run(self, statement: Statement) -> list[Row]:
        sql, names = numbered(statement.sql)
        with translated():
            records = await self._held.fetch(sql, *(statement.values[name] for name in names))
        return [Row(dict(record)) for record in records]


class PostgresTransaction(TransactionBackend):
    """BEGIN to COMMIT, with the connection that it runs on."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection

    async def start(self, is_root: bool, extra_options: dict[Any, Any]) -> None:
        await self._connection.acquire()
        self._transaction = self._connection.raw_connection.transaction()
        try:
            await self._finished(self._transaction.start)
        except BaseException:
            await self._connection.release()
            raise

    async def commit(self) -> None:
        await self._end(self._transaction.commit)

    async def rollback(self) -> None:
        with contextlib.suppress(DatabaseUnavailable):  # a connection that is lost has rolled back by that
            await self._end(self._transaction.rollback)

    async def _end(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await self._finished(work)
        finally:
            await self._connection.release()

    async def _finished(self, work: Callable[[], Awaitable[None]]) -> None:
        """asyncpg refuses what a lost connection is asked for at once, before there is anything to wait for."""
        with translated():
            await whole(work())


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Turns asyncpg's errors, which may carry values of the statement, into ours, which do not."""
    try:
        yield
    except exceptions.UniqueViolationError:
        raise UniqueViolation from None
    except asyncpg.PostgresError as error:
        if str(getattr(error, "sqlstate", ""))[:2] in PASSING:
            raise DatabaseUnavailable(f"PostgreSQL: {type(error).__name__}") from None
        raise StatementRefused(f"PostgreSQL refuses a statement: {type(error).__name__}") from None
    except LOST as error:
        raise DatabaseUnavailable(f"PostgreSQL: {type(error).__name__}") from None

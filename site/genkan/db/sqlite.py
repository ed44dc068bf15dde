"""How is SQLite spoken to? Two plain connections that stay open: one reads in place, one writes and never makes the loop wait.

Reads are answered on the event loop itself: a SELECT takes 10 µs there, and a thread's hop costs ten times that.
Writes take turns in a fair queue. BEGIN IMMEDIATE is tried in place and waits for other processes in a thread; statements run
in place, since with cache_spill off they touch memory only; COMMIT, which waits for the disk, runs in the thread.
"""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from databases import DatabaseURL
from databases.interfaces import ConnectionBackend, DatabaseBackend, TransactionBackend

from genkan.db.advice import advice, named
from genkan.db.faults import DatabaseFault, DatabaseUnavailable
from genkan.db.sqlite_statements import run, translated
from genkan.db.statements import Row, Statement, whole

Value = TypeVar("Value")

PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_spill = OFF",
    "PRAGMA schema_version",  # reads the file: here it shows whether it is a database
    "PRAGMA busy_timeout = 0",  # from now on the loop never waits; whoever may, waits in the thread
)
RETRY: Final = 0.05  # seconds between tries to read what another process keeps locked


class SQLiteBackend(DatabaseBackend):
    """One file. patience: seconds that a statement waits for another process's lock."""

    def __init__(self, url: DatabaseURL | str, *, patience: float = 5.0, **_: Any) -> None:
        self.path = Path(DatabaseURL(url).database)
        self.patience = patience

    async def connect(self) -> None:
        refuse_widowed(self.path)
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite-writer")
        self.turn = asyncio.Lock()  # fair: first come, first served
        self._has_looked = False  # in this turn of the loop
        try:
            self.path.touch(mode=0o600, exist_ok=True)
            await self._open_both()
        except (sqlite3.Error, OSError) as error:
            self.thread.shutdown()
            raise DatabaseFault(advice(str(self.path), named(error))) from None

    async def disconnect(self) -> None:
        for connection in (self.reader, self.writer):
            await self.in_thread(connection.close)
        self.thread.shutdown()

    def is_moved(self) -> bool:
        """Whether another file stands in the place of ours (a copy that was restored).

        Raises DatabaseUnavailable where there is none: what would be written now would be lost.
        """
        try:
            return self._identity() != self._opened
        except OSError:
            raise DatabaseUnavailable("the database file is gone") from None

    def has_stayed(self) -> bool:
        """Whether ours is the file that stands there, for reading: looked at once in a turn of the loop."""
        if not self._has_looked and not self.is_moved():
            self._has_looked = True
            asyncio.get_running_loop().call_soon(setattr, self, "_has_looked", False)
        return self._has_looked

    async def follow(self) -> None:
        """Open the file that stands there now, in the turn of a writer. Raises DatabaseUnavailable."""
        before = (self.writer, self.reader)
        try:
            await self._open_both()
        except sqlite3.Error:
            raise DatabaseUnavailable("the database file cannot be opened") from None
        for connection in before:
            await self.in_thread(connection.close)

    def connection(self) -> "SQLiteConnection":
        return SQLiteConnection(self)

    async def in_thread(self, work: Callable[[], Value]) -> Value:
        """Work that may wait for a lock or the disk; finished once begun, cancelled or not."""
        return await whole(asyncio.get_running_loop().run_in_executor(self.thread, work))

    async def _open_both(self) -> None:
        identity = self._identity()
        writer = await self.in_thread(self._open)
        reader = await self.in_thread(self._open)
        self._opened, self.writer, self.reader = identity, writer, reader

    def _identity(self) -> tuple[int, int]:
        found = os.stat(self.path)
        return found.st_dev, found.st_ino

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=self.patience)
        try:
            for pragma in PRAGMAS:
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def refuse_widowed(path: Path) -> None:
    """Raises DatabaseFault where only the log of a database is left: with a new one beside it, what is in there is lost."""
    log = path.with_name(f"{path.name}-wal")
    if not path.exists() and log.exists() and log.stat().st_size:
        raise DatabaseFault(f"{path} is gone, and {log} is still there. Put the database back, or take away both.")


class SQLiteConnection(ConnectionBackend):
    """One statement, or one transaction, on the connections that stand."""

    def __init__(self, backend: SQLiteBackend) -> None:
        self._backend = backend
        self.in_transaction = False

    async def acquire(self) -> None:
        return None

    async def release(self) -> None:
        return None

    def transaction(self) -> "SQLiteTransaction":
        return SQLiteTransaction(self, self._backend)

    async def fetch_all(self, query: Any) -> list[Any]:
        return await self._run(query)

    async def _run(self, statement: Statement) -> list[Row]:
        if self.in_transaction:
            return run(self._backend.writer, statement)
        if statement.is_read:
            return await self._read(statement)
        transaction = self.transaction()
        await transaction.start(is_root=True, extra_options={})
        try:
            rows = run(self._backend.writer, statement)
        except BaseException:
            await transaction.rollback()
            raise
        await transaction.commit()
        return rows

    async def _read(self, statement: Statement) -> list[Row]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._backend.patience
        while True:
            try:
                if self._backend.has_stayed():
                    return run(self._backend.reader, statement)
                await self._follow()
            except DatabaseUnavailable:
                if loop.time() > deadline:
                    raise
                await asyncio.sleep(RETRY)

    async def _follow(self) -> None:
        async with self._backend.turn:
            if self._backend.is_moved():  # by now somebody else may have followed
                await self._backend.follow()


class SQLiteTransaction(TransactionBackend):
    """BEGIN IMMEDIATE to COMMIT: the only writer of this process, and of all."""

    def __init__(self, connection: SQLiteConnection, backend: SQLiteBackend) -> None:
        self._connection = connection
        self._backend = backend

    async def start(self, is_root: bool, extra_options: dict[Any, Any]) -> None:
        """Raises DatabaseUnavailable when queue and lock together take longer than the patience."""
        self._deadline = time.monotonic() + self._backend.patience
        try:
            async with asyncio.timeout(self._backend.patience):
                await self._backend.turn.acquire()
        except TimeoutError:
            raise DatabaseUnavailable("the queue of writers is too long") from None
        try:
            await self._begin()
        except BaseException:
            await self._end("ROLLBACK")
            raise
        self._connection.in_transaction = True

    async def commit(self) -> None:
        await self._end("COMMIT")

    async def rollback(self) -> None:
        await self._end("ROLLBACK")

    async def _begin(self) -> None:
        if self._backend.is_moved():
            await self._backend.follow()
        try:
            self._backend.writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            await self._backend.in_thread(self._begin_patiently)

    def _begin_patiently(self) -> None:
        writer = self._backend.writer
        left = max(0.0, self._deadline - time.monotonic())
        writer.execute(f"PRAGMA busy_timeout = {int(left * 1000)}")
        try:
            writer.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            raise translated(error) from None
        finally:
            writer.execute("PRAGMA busy_timeout = 0")

    async def _end(self, how: str) -> None:
        self._connection.in_transaction = False
        try:
            if self._backend.writer.in_transaction:
                await self._backend.in_thread(lambda: self._finish(how))
        finally:
            self._backend.turn.release()

    def _finish(self, how: str) -> None:
        writer = self._backend.writer
        try:
            writer.execute(how)
        except sqlite3.Error as error:
            writer.rollback()
            raise translated(error) from None

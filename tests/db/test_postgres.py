"""What does PostgreSQL do when a connection is lost, a lock is held, or nobody is there? (RL-*)"""

import asyncio
from typing import Any

import pytest
from databases_for_tests import empty, finished
from genkan.db import Database, DatabaseFault, DatabaseUnavailable

pytestmark = pytest.mark.anyio

ADD = "INSERT INTO users (id, name, created_at) VALUES (:id, 'Hana', 1)"
COUNT = "SELECT COUNT(*) AS n FROM users"


@pytest.fixture
async def postgres(postgresql: str) -> Any:
    finished(empty(postgresql))
    database = Database(postgresql, patience=0.5)
    await database.connect()
    yield database
    await database.disconnect()


async def test_RL_17_lost_connections_are_unavailable_and_then_replaced(postgres: Any, postgresql: str) -> None:
    other = Database(postgresql)
    await other.connect()
    with pytest.raises(DatabaseUnavailable):
        async with postgres.transaction():
            await postgres.run(ADD, id="a")
            await other.value(
                """
                SELECT COUNT(pg_terminate_backend(pid)) AS n
                  FROM pg_stat_activity
                 WHERE pid <> pg_backend_pid() AND datname = current_database()
                """  # other databases belong to the tests that run beside these
            )
            await postgres.run(ADD, id="b")
    await asyncio.sleep(0.05)
    assert await postgres.value(COUNT) == 0
    await other.disconnect()


async def test_a_row_that_somebody_keeps_locked_is_unavailable(postgres: Any, postgresql: str) -> None:
    await postgres.run(ADD, id="a")
    other = Database(postgresql)
    await other.connect()
    async with other.transaction():
        await other.run("UPDATE users SET name = 'Other'")
        task = asyncio.create_task(postgres.run("UPDATE users SET name = 'Mine'"))
        with pytest.raises(DatabaseUnavailable):
            await task
    await postgres.run("UPDATE users SET name = 'Mine'")
    await other.disconnect()


async def test_a_pool_with_nothing_left_is_unavailable(postgres: Any) -> None:
    held = [postgres._database._backend.connection() for _ in range(8)]
    for each in held:
        await each.acquire()
    with pytest.raises(DatabaseUnavailable):
        await postgres.value(COUNT)
    with pytest.raises(DatabaseUnavailable):
        async with postgres.transaction():
            await postgres.value(COUNT)
    for each in held:
        await each.release()
    assert await postgres.value(COUNT) == 0


async def test_a_transaction_that_cannot_begin_gives_its_connection_back(postgres: Any) -> None:
    backend = postgres._database._backend
    connection = backend.connection()
    transaction = connection.transaction()
    await transaction.start(is_root=True, extra_options={})
    raw = connection.raw_connection
    await raw.close()
    with pytest.raises(DatabaseUnavailable):
        await transaction.commit()
    assert await postgres.value(COUNT) == 0


async def test_a_server_that_is_not_there_is_refused_plainly() -> None:
    with pytest.raises(DatabaseFault, match=r"Nobody answers at .* correct host and port in DATABASE_URL"):
        await Database("postgresql://nobody@127.0.0.1:1/nothing", patience=0.5).connect()


async def test_a_statement_that_the_server_stops_is_unavailable(postgres: Any) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with postgres.transaction():
            await postgres.run("SET LOCAL statement_timeout = 50")
            await postgres.value("SELECT pg_sleep(2)")
    assert await postgres.value(COUNT) == 0


async def test_whoever_is_cancelled_while_it_begins_gives_the_connection_back(postgres: Any) -> None:
    backend = postgres._database._backend
    connection = backend.connection()
    task = asyncio.create_task(connection.transaction().start(is_root=True, extra_options={}))
    while connection.raw_connection is None:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert backend.pool.get_idle_size() == backend.pool.get_size()

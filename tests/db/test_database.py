"""Does the database keep what it says it keeps, on both engines, whatever is cancelled? (RL-*)"""

import asyncio
import random
from contextvars import Context
from dataclasses import dataclass
from typing import Any

import pytest
from genkan.db import Database, UniqueViolation
from genkan.db.database import statements_of
from genkan.db.statements import Row, numbered, whole

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Named:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Flagged:
    email_verified: bool


async def add(database: Database, id: str, name: str = "Hana") -> None:
    await database.run("INSERT INTO users (id, name, created_at) VALUES (:id, :name, :now)", id=id, name=name, now=1)


async def count(database: Database) -> Any:
    return await database.value("SELECT COUNT(*) AS n FROM users")


async def test_asks_for_one_for_all_for_a_value_and_for_nothing(database: Database) -> None:
    for id in "ab":
        await add(database, id)
    sql = "SELECT id, name FROM users WHERE id = :id"
    assert await database.one(Named, sql, id="a") == Named("a", "Hana")
    assert await database.one(Named, sql, id="c") is None
    assert await database.all(Named, "SELECT id, name FROM users ORDER BY id") == [
        Named("a", "Hana"),
        Named("b", "Hana"),
    ]
    assert await database.value("SELECT name FROM users WHERE id = :id", id="c") is None
    assert await database.value("DELETE FROM users WHERE id = :id RETURNING name", id="b") == "Hana"
    assert await count(database) == 1


async def test_a_truth_value_is_one_on_both_engines(database: Database) -> None:
    for each in (True, False):
        await database.run(
            """
            INSERT INTO waiting_identities (browser_hash, provider, identity, issuer, email_verified, next, created_at, expires_at)
            VALUES (:id, 'p', 'i', 's', :flag, '/', 1, 2)
            """,
            id=str(each),
            flag=each,
        )
    rows = await database.all(Flagged, "SELECT email_verified FROM waiting_identities ORDER BY browser_hash")
    assert rows == [Flagged(False), Flagged(True)]


async def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction():
            await add(database, "a")
            assert await count(database) == 1
            raise ZeroDivisionError
    assert await count(database) == 0
    async with database.transaction():
        await add(database, "a")
        async with database.transaction():
            await add(database, "b")
    assert await count(database) == 2


async def test_nobody_else_sees_what_is_not_committed(database: Database) -> None:
    seen = []

    async def look() -> None:
        seen.append(await count(database))

    async with database.transaction():
        await add(database, "a")
        await asyncio.create_task(look(), context=Context())
    assert seen == [0]


async def test_tasks_of_a_transaction_share_it_and_end_with_it(database: Database) -> None:
    gate = asyncio.Event()

    async def late() -> None:
        await gate.wait()
        await add(database, "late")

    async with database.transaction():
        await asyncio.gather(*(add(database, str(each)) for each in range(5)))
        straggler = asyncio.create_task(late())
    gate.set()
    with pytest.raises(RuntimeError):
        await straggler
    assert await count(database) == 5


async def test_a_row_that_is_there_already_is_told(database: Database) -> None:
    await add(database, "a")
    with pytest.raises(UniqueViolation):
        await add(database, "a")
    assert await count(database) == 1


async def test_RL_08_a_row_cannot_belong_to_nobody_and_goes_with_its_owner(database: Database) -> None:
    session = "INSERT INTO sessions (id, user_id, method, created_at, expires_at) VALUES ('s', :user, 'password', 1, 2)"
    with pytest.raises(Exception):
        await database.run(session, user="nobody")
    await add(database, "a")
    await database.run(session, user="a")
    await database.run("DELETE FROM users")
    assert await database.value("SELECT COUNT(*) AS n FROM sessions") == 0


async def test_a_faulty_statement_tells_no_value(database: Database) -> None:
    with pytest.raises(Exception) as fault:
        await database.run("INSERT INTO nowhere VALUES (:secret)", secret="a secret")
    assert "a secret" not in str(fault.value)
    await add(database, "a")


async def test_two_hundred_read_then_write_transactions_at_once_all_succeed(database: Database) -> None:
    async def read_then_write(each: int) -> None:
        async with database.transaction():
            await count(database)
            await add(database, str(each))

    await asyncio.gather(*(read_then_write(each) for each in range(200)))
    assert await count(database) == 200


async def test_three_hundred_cancels_leave_nothing_behind(database: Database) -> None:
    async def work(each: int) -> None:
        async with database.transaction():
            await add(database, str(each))
            await database.value("SELECT COUNT(*) AS n FROM sessions")
            await add(database, f"{each}-too")

    dice = random.Random(1)
    tasks = [asyncio.create_task(work(each)) for each in range(300)]
    for task in dice.sample(tasks, 300):
        await asyncio.sleep(dice.random() / 400)
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(each) for each in outcomes} <= {type(None), asyncio.CancelledError}
    rows = {row.id for row in await database.all(Named, "SELECT id, name FROM users")}
    assert all((f"{each}" in rows) == (f"{each}-too" in rows) for each in range(300))  # whole or not at all
    finished = {each for each, outcome in enumerate(outcomes) if outcome is None}
    assert {str(each) for each in finished} <= rows
    await asyncio.gather(*(work(each) for each in range(1000, 1020)))
    backend: Any = database._database._backend
    if database.is_sqlite:
        assert not backend.turn.locked()
        assert not backend.writer.in_transaction
    else:
        assert backend.pool.get_idle_size() == backend.pool.get_size()


async def test_work_that_must_be_finished_is_whoever_cancels() -> None:
    done = []

    async def slow() -> str:
        await asyncio.sleep(0.02)
        done.append(True)
        return "kept"

    task = asyncio.create_task(whole(slow()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [True]
    assert await whole(slow()) == "kept"


async def test_work_that_fails_says_so_and_work_that_is_cancelled_from_within_too() -> None:
    async def failing() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await whole(failing())
    inner = asyncio.create_task(asyncio.sleep(10))
    outer = asyncio.create_task(whole(inner))
    await asyncio.sleep(0)
    inner.cancel()
    with pytest.raises(asyncio.CancelledError):
        await outer


def test_names_become_numbers_for_postgresql() -> None:
    assert numbered("SELECT :a, :b, :a, CAST(x AS text), '12:30'") == (
        "SELECT $1, $2, $1, CAST(x AS text), '12:30'",
        ("a", "b"),
    )


def test_a_script_is_taken_apart_at_its_semicolons() -> None:
    assert statements_of(
        "-- why; because\nCREATE TABLE a (\n  x TEXT -- of it; all\n);\n\nINSERT INTO a VALUES ('b');\n"
    ) == [
        "CREATE TABLE a (\n  x TEXT\n)",
        "INSERT INTO a VALUES ('b')",
    ]


def test_a_row_is_known_by_name_and_by_number() -> None:
    row = Row({"id": "a", "name": "Hana"})
    assert (row[0], row._mapping["name"], len(row), list(row)) == ("a", "Hana", 2, ["a", "Hana"])


async def test_what_comes_afterwards_comes_when_the_transaction_is_kept_and_not_otherwise(database: Database) -> None:
    done: list[str] = []
    database.afterwards(lambda: done.append("at once"))
    assert done == ["at once"]
    async with database.transaction():
        async with database.transaction():
            database.afterwards(lambda: done.append("kept"))
        await add(database, "a")
        assert done == ["at once"]
    assert done == ["at once", "kept"]
    with pytest.raises(RuntimeError):
        async with database.transaction():
            database.afterwards(lambda: done.append("taken back"))
            raise RuntimeError
    assert done == ["at once", "kept"]

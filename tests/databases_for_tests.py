"""Which databases do tests run on? SQLite and PostgreSQL both, real ones, empty at the start of every test."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from genkan.db import Database, prepare

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "schema.sql"
TABLES = (
    "users",
    "user_authentications",
    "user_oauths",
    "sessions",
    "oauth_attempts",
    "waiting_identities",
    "throttle",
    "mailed_tokens",
    "outbox",
    "events",
    "changes",
    "invitations",
    "acts",
    "seats",
)


def finished(work: Coroutine[Any, Any, None]) -> None:
    """Async work inside a fixture, in a thread of its own: a browser's fixture may hold the loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def made(url: str) -> None:
    database = Database(url)
    await database.connect()
    await prepare(database, SCHEMA, 1)
    await database.disconnect()


@pytest.fixture(scope="session")
def prepared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, to be copied: quicker than making it anew."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    finished(made(f"sqlite:///{path}"))
    return path


async def created(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()


@pytest.fixture(scope="session")
def postgresql() -> str:
    """The URL of the tests' own PostgreSQL."""
    url = os.environ.get("GENKAN_TEST_POSTGRES")
    if not url:
        pytest.fail("There is no PostgreSQL for the tests: run them by `python3 run.py test`, which starts one.")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:  # those that run side by side have a database each
        finished(created(url, worker))
        url = url.rpartition("/")[0] + f"/{worker}"
    finished(made(url))
    return url


async def empty(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"TRUNCATE {', '.join(TABLES)}")
    await connection.close()


@pytest.fixture
def sqlite_url(prepared_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(prepared_sqlite, tmp_path / 'genkan.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url: str = request.getfixturevalue("postgresql")
    finished(empty(url))
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await database.connect()
    yield database
    await database.disconnect()

"""Is a database brought up to date whole, once, and never half?"""

import asyncio
import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from genkan.db import Database, DatabaseFault, prepare
from genkan.db.prepare import FIRST, UPGRADES

pytestmark = pytest.mark.anyio

SCHEMA = Path(__file__).parents[2] / "schema.sql"


@pytest.fixture
async def empty(database_url: str, tmp_path: Path) -> Any:
    """A database with nothing in it."""
    if database_url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = f"{database_url}_upgrading"  # beside that of this worker
        name = url.rpartition("/")[2]
        admin = await asyncpg.connect(database_url)
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()
    database = Database(url)
    await database.connect()
    yield database
    await database.disconnect()


async def version(database: Database) -> Any:
    return await database.value("SELECT MAX(version) AS version FROM schema_version")


async def shape(database: Database) -> list[str]:
    """Every table and column there is."""
    if database.is_sqlite:
        tables = "SELECT m.name || '.' || p.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'"
    else:
        tables = "SELECT table_name || '.' || column_name AS column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    rows: list[Any] = await database._rows(tables, {})
    return sorted(row[0] for row in rows)


def newest() -> int:
    return max((int(path.name[:4]) for path in UPGRADES.glob("0*.sql")), default=FIRST)


async def test_makes_an_empty_database_and_then_leaves_it_alone(empty: Database) -> None:
    await prepare(empty, SCHEMA, 5)
    before = await shape(empty)
    await prepare(empty, SCHEMA, 6)
    assert (await version(empty), await shape(empty)) == (newest(), before)
    assert await empty.value("SELECT MAX(applied_at) AS at FROM schema_version") == 5


async def test_many_that_start_at_once_make_it_once(empty: Database) -> None:
    await asyncio.gather(*(prepare(empty, SCHEMA, 5) for _ in range(5)))
    assert await empty.value("SELECT COUNT(*) AS n FROM schema_version") == 1


async def test_goes_up_step_by_step_and_ends_where_the_new_whole_begins(empty: Database, tmp_path: Path) -> None:
    older = tmp_path / "older.sql"
    older.write_text(re.sub(r"VALUES \(\d+, 0\)", "VALUES (1, 0)", SCHEMA.read_text()))
    await prepare(empty, older, 1)
    (tmp_path / "0002_nicknames.sql").write_text(
        "CREATE TABLE nicknames (id TEXT PRIMARY KEY);\nINSERT INTO nicknames VALUES ('a');\n"
    )
    (tmp_path / "0003_colours.sql").write_text("ALTER TABLE nicknames ADD COLUMN colour TEXT;\n")
    await prepare(empty, SCHEMA, 7, upgrades=tmp_path)
    assert await version(empty) == 3
    assert "nicknames.colour" in await shape(empty)


async def test_a_step_that_fails_leaves_the_old(empty: Database, tmp_path: Path) -> None:
    await prepare(empty, SCHEMA, 1)
    before = await shape(empty)
    (tmp_path / f"{newest() + 1:04d}_broken.sql").write_text(
        "CREATE TABLE half (id TEXT PRIMARY KEY);\nINSERT INTO nowhere VALUES (1);\n"
    )
    with pytest.raises(Exception):
        await prepare(empty, SCHEMA, 7, upgrades=tmp_path)
    assert (await version(empty), await shape(empty)) == (newest(), before)


async def test_a_database_newer_than_the_program_is_refused(empty: Database) -> None:
    await prepare(empty, SCHEMA, 1)
    await empty.run("INSERT INTO schema_version (version, applied_at) VALUES (999, 1)")
    with pytest.raises(DatabaseFault, match="version 999"):
        await prepare(empty, SCHEMA, 1)


SCHEMAS = Path(__file__).parent / "schemas"


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.sql")), ids=lambda path: f"from version {path.stem}")
async def test_an_older_database_becomes_like_a_new_one_and_keeps_what_is_in_it(empty: Database, path: Path) -> None:
    await prepare(empty, path, 1, upgrades=SCHEMAS)
    await empty.run("INSERT INTO users (id, name, created_at) VALUES ('u', 'Hanako', 1)")
    await empty.run(
        "INSERT INTO sessions (id, user_id, method, created_at, expires_at) VALUES ('s', 'u', 'password', 1, 9)"
    )
    await prepare(empty, SCHEMA, 7)
    assert await version(empty) == newest()
    assert await empty.value("SELECT browser FROM sessions WHERE id = 's'") == ""
    upgraded = await details(empty)
    await start_again(empty)
    await prepare(empty, SCHEMA, 7)
    assert upgraded == await details(empty)


async def details(database: Database) -> list[tuple[str, ...]]:
    """Every column with its type, default and whether it may be empty, and every index."""
    if database.is_sqlite:
        sql = (
            "SELECT m.name || '.' || p.name AS name, p.type || p.[notnull] || COALESCE(p.dflt_value, '') || p.pk AS kind"
            " FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'"
            " UNION SELECT name, tbl_name || COALESCE(replace(sql, ' ', ''), '') FROM sqlite_master WHERE type = 'index'"
        )
    else:
        sql = (
            "SELECT table_name || '.' || column_name AS name, data_type || is_nullable || COALESCE(column_default, '') AS kind"
            " FROM information_schema.columns WHERE table_schema = current_schema()"
            " UNION SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        )
    rows: list[Any] = await database._rows(sql, {})
    return sorted((str(row[0]), str(row[1])) for row in rows)


async def start_again(database: Database) -> None:
    """Take every table away."""
    if database.is_sqlite:
        await database.run("PRAGMA foreign_keys = OFF")
        tables: list[Any] = await database._rows("SELECT name FROM sqlite_master WHERE type = 'table'", {})
        for table in tables:
            await database.run(f"DROP TABLE {table[0]}")
    else:
        await database.run("DROP SCHEMA public CASCADE")
        await database.run("CREATE SCHEMA public")


def test_the_whole_says_the_version_that_the_steps_lead_to() -> None:
    assert f"VALUES ({newest()}, 0)" in SCHEMA.read_text()

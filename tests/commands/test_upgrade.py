"""`run.py upgrade`: does it bring the database up, and does a rehearsal tell how that will go without touching it?"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from genkan.commands import ours, upgrade
from genkan.db import Database, DatabaseFault, rehearsal, sqlite_side
from genkan.db.prepare import UPGRADES, newest_version
from keeping import ROOT, SECRET, Said, asked, clone, filled, fresh

Do = Callable[..., Said]
Place = Callable[[str], str]
SCHEMAS = Path(__file__).parents[1] / "db" / "schemas"
NAMES = ours.tables(ROOT)


def old(place: Place) -> str:
    return filled(place("old"), schema=SCHEMAS / "1.sql", upgrades=SCHEMAS)


def tables(url: str) -> list[list[tuple[Any, ...]]]:
    """Every table and schema there is, and what is in ours."""
    listed = (
        "SELECT name FROM sqlite_master ORDER BY name"
        if url.startswith("sqlite")
        else "SELECT schemaname || '.' || tablename AS name FROM pg_tables ORDER BY 1"
    )
    return asked(url, listed, "SELECT * FROM users ORDER BY id", "SELECT * FROM schema_version ORDER BY version")


def test_brings_the_database_up_and_then_has_nothing_to_do(tmp_path: Path, place: Place, do: Do) -> None:
    url = old(place)
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    assert (
        do(upgrade.command, root).out == f"The database was of version 1, and is of version {newest_version()} now.\n"
    )
    assert asked(url, "SELECT COUNT(*) FROM users WHERE is_admin = FALSE") == [[(3,)]]
    assert "nothing to do" in do(upgrade.command, root).out
    assert do(upgrade.command, root, "--json").document == {"before": newest_version(), "after": newest_version()}


def test_a_rehearsal_tells_versions_time_and_rows_and_leaves_the_database_as_it_was(
    tmp_path: Path, place: Place, do: Do
) -> None:
    url = old(place)
    before = tables(url)
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    found = do(upgrade.command, root, "--rehearse", "--json").document
    assert (found["before"], found["after"], found["is_good"]) == (1, newest_version(), True)
    assert (found["counts"]["users"], found["counts"]["sessions"], found["lost"], found["faults"]) == (3, 3, [], [])
    assert 0 < found["seconds"] < 60
    words = do(upgrade.command, root, "--rehearse").out
    assert f"From version 1 to {newest_version()} in " in words
    assert "No row was lost." in words
    assert tables(url) == before
    assert sorted(each.name for each in tmp_path.iterdir() if each.name.startswith(".")) == []
    do(upgrade.command, root)
    assert "There is nothing to upgrade" in do(upgrade.command, root, "--rehearse").out


def test_a_rehearsal_may_be_made_beside_whoever_writes(tmp_path: Path, place: Place, do: Do) -> None:
    url = old(place)
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    if url.startswith("sqlite"):
        with sqlite_side.opened(tmp_path / "old.db") as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM sessions")
            assert do(upgrade.command, root, "--rehearse", "--json").document["counts"]["sessions"] == 3
    else:
        assert asyncio.run(_beside(url)).counts["sessions"] == 3


async def _beside(url: str) -> rehearsal.Rehearsal:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("DELETE FROM sessions")
            return await rehearsal.rehearsed(url, NAMES, 7)
    finally:
        await connection.close()


def steps(folder: Path, sql: str) -> Path:
    """Our upgrades, and one more."""
    for path in UPGRADES.glob("*.sql"):
        (folder / path.name).write_text(path.read_text())
    (folder / f"{newest_version() + 1:04d}_next.sql").write_text(sql)
    return folder


@pytest.mark.anyio
async def test_a_step_that_loses_rows_or_breaks_references_is_told(database_url: str, tmp_path: Path) -> None:
    await _fill(database_url)
    folder = steps(tmp_path, "DELETE FROM sessions WHERE id = 's1';\n")
    found = await rehearsal.rehearsed(database_url, NAMES, 7, upgrades=folder)
    assert (found.lost, found.counts["sessions"]) == (("sessions",), 3)
    assert upgrade._said(found)[-2] == "Rows would be lost in: sessions."


@pytest.mark.anyio
async def test_a_step_that_cannot_be_taken_is_a_sentence_and_changes_nothing(database_url: str, tmp_path: Path) -> None:
    await _fill(database_url)
    for sql in (
        "ALTER TABLE nowhere ADD COLUMN a TEXT;\n",
        "INSERT INTO users (id, name, created_at) VALUES ('u1', 'a', 1);\n",
    ):
        folder = steps(tmp_path, f"CREATE TABLE half (id TEXT PRIMARY KEY);\n{sql}")
        for work in (
            rehearsal.rehearsed(database_url, NAMES, 7, upgrades=folder),
            rehearsal.upgraded(database_url, 7, upgrades=folder),
        ):
            with pytest.raises(DatabaseFault, match="cannot be taken; the database is as it was"):
                await work
    assert await rehearsal.upgraded(database_url, 7) == (newest_version(), newest_version())


async def _fill(url: str) -> None:
    database = Database(url)
    await database.connect()
    for number in range(3):
        await database.run("INSERT INTO users (id, name, created_at) VALUES (:id, 'a', 1)", id=f"u{number}")
        await database.run(
            "INSERT INTO sessions (id, user_id, method, created_at, expires_at) VALUES (:id, :user, 'x', 1, 9)",
            id=f"s{number}", user=f"u{number}",
        )  # fmt: skip
    await database.disconnect()


def test_references_that_lead_nowhere_are_told(tmp_path: Path, do: Do) -> None:
    url = filled(f"sqlite:///{tmp_path}/a.db")
    with sqlite_side.opened(tmp_path / "a.db") as connection:
        connection.execute("DELETE FROM users")
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    said = do(upgrade.command, root, "--rehearse")
    assert (said.status, "A row of sessions refers to one of users that is not there." in said.out) == (1, True)


def test_a_database_that_is_not_there_or_empty_or_newer_is_said(tmp_path: Path, place: Place, do: Do) -> None:
    url = place("kept")
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    for arguments in ([], ["--rehearse"]):
        said = do(upgrade.command, root, *arguments)
        assert (said.status, said.out, "There " in said.err) == (1, "", True)
    if url.startswith("sqlite"):
        asked(url, "CREATE TABLE theirs (id TEXT)")
        assert [do(upgrade.command, root, *each).status for each in ([], ["--rehearse"])] == [1, 1]
    else:
        filled(url)
        asked(url, "INSERT INTO schema_version VALUES (99, 1)")
        for arguments in ([], ["--rehearse"]):
            assert "of version 99" in do(upgrade.command, root, *arguments).err


def test_a_user_who_may_make_nothing_is_told_so(tmp_path: Path, postgresql: str, do: Do) -> None:
    url = filled(fresh(postgresql, f"{postgresql.rpartition('/')[2]}_bound"))
    asked(
        url, "DROP ROLE IF EXISTS bound", "CREATE ROLE bound LOGIN", "GRANT ALL ON ALL TABLES IN SCHEMA public TO bound"
    )
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url.replace("postgres@", "bound@"))
    said = do(upgrade.command, root, "--rehearse")
    assert (said.status, "needs CREATE on the database" in said.err) == (1, True)
    asked(url, "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM bound", "DROP ROLE bound")

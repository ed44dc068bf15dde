"""`run.py move`: does everything arrive, the same, in the other kind of database, and in none that is in use or filled?"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from genkan.commands import addresses, move, ours
from genkan.commands.opened import CannotDo
from genkan.db import DatabaseFault, copying, postgres_side, sqlite_side
from genkan.db.sides import BATCH, Counted, Table, Values
from keeping import ROOT, SECRET, Said, asked, clone, filled, free_port, fresh, serving, sign_up, status

Do = Callable[..., Said]
Place = Callable[[str], str]
NAMES = ours.tables(ROOT)
MANY = 2 * BATCH + 1  # rows: more than two batches


@pytest.fixture
def server(postgresql: str) -> str:
    """An empty PostgreSQL database."""
    return fresh(postgresql, f"{postgresql.rpartition('/')[2]}_moved")


def counted(url: str) -> dict[str, Counted]:
    """What is in every table, whatever it lies in."""

    async def count() -> dict[str, Counted]:
        found = {}
        async with copying.snapshot(url, alone=False) as side:
            for table in await side.tables():
                found[table.name] = Counted()
                async for rows in side.rows(table):
                    found[table.name] = found[table.name].more(rows)
        return found

    return asyncio.run(count())


def test_there_and_back_every_row_is_the_same_and_people_stay_logged_in(tmp_path: Path, server: str, do: Do) -> None:
    port = free_port()
    root = clone(
        tmp_path / "site",
        SECRET_KEY=SECRET,
        BASE_URL=f"http://127.0.0.1:{port}",
        DATABASE_URL=f"sqlite:///{tmp_path}/a.db",
    )
    with serving(root, port):
        cookie = sign_up(port, "hanako")
        refused = do(move.command, root, "--to", server)
        assert (refused.status, "stop the server first" in refused.err) == (1, True)
    filled(f"sqlite:///{tmp_path}/a.db", users=MANY)
    said = do(move.command, root, "--to", server)
    assert (said.status, said.err) == (0, "")
    assert f"Now set DATABASE_URL={server}" in said.out
    elsewhere = clone(
        tmp_path / "elsewhere", SECRET_KEY=SECRET, BASE_URL=f"http://127.0.0.1:{port}", DATABASE_URL=server
    )
    assert counted(server) == counted(f"sqlite:///{tmp_path}/a.db")
    with serving(elsewhere, port):
        assert status(port, "/account", cookie) == 200
        refused = do(move.command, elsewhere, "--to", f"sqlite:///{tmp_path}/b.db")
        assert (refused.status, "stop the server first" in refused.err, (tmp_path / "b.db").exists()) == (
            1,
            True,
            False,
        )
    back = do(move.command, elsewhere, "--to", f"sqlite:///{tmp_path}/b.db", "--json")
    assert back.status == 0, back.err
    assert back.document["rows"]["users"] == MANY + 1
    assert counted(f"sqlite:///{tmp_path}/b.db") == counted(server)
    with sqlite_side.opened(tmp_path / "b.db") as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        with pytest.raises(Exception, match="UNIQUE"):
            connection.execute("INSERT INTO users SELECT * FROM users LIMIT 1")


def test_what_was_moved_is_made_as_if_it_had_been_there_from_the_beginning(tmp_path: Path, server: str, do: Do) -> None:
    """Columns, defaults, keys and indexes: the next upgrade finds what it expects, and every look-up its index."""
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    do(move.command, root, "--to", server)
    made = filled(fresh(server, f"{server.rpartition('/')[2]}_made"))
    columns = (
        "SELECT table_name || '.' || column_name AS name, data_type || is_nullable || COALESCE(column_default, '') AS kind"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"
    )
    indices = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    references = (
        "SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS kind FROM pg_constraint ORDER BY 1, 2"
    )
    assert asked(server, columns, indices, references) == asked(made, columns, indices, references)
    do(
        move.command,
        clone(tmp_path / "back", SECRET_KEY=SECRET, DATABASE_URL=server),
        "--to",
        f"sqlite:///{tmp_path}/b.db",
    )
    names = "SELECT type, name FROM sqlite_master WHERE type = 'table' OR sql IS NOT NULL ORDER BY type, name"
    assert asked(f"sqlite:///{tmp_path}/b.db", names) == asked(f"sqlite:///{tmp_path}/a.db", names)


def test_a_target_that_has_something_is_refused_and_left_alone(tmp_path: Path, place: Place, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    target = filled(place("target"), users=1)
    said = do(move.command, root, "--to", target)
    assert (said.status, "already" in said.err) == (1, True)
    assert asked(target, "SELECT COUNT(*) FROM users") == [[(1,)]]


def test_tables_of_others_stay_where_they_are_and_are_told(tmp_path: Path, server: str, do: Do) -> None:
    url = filled(f"sqlite:///{tmp_path}/a.db")
    asked(url, "CREATE TABLE theirs (id TEXT)")
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    assert "left where they are: theirs." in do(move.command, root, "--to", server).out
    assert "theirs" not in counted(server)


def test_a_database_without_our_tables_is_not_moved(tmp_path: Path, server: str, do: Do) -> None:
    asked(f"sqlite:///{tmp_path}/a.db", "CREATE TABLE theirs (id TEXT)")
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=f"sqlite:///{tmp_path}/a.db")
    assert "no tables of Genkan" in do(move.command, root, "--to", server).err
    root = clone(tmp_path / "none", SECRET_KEY=SECRET, DATABASE_URL=f"sqlite:///{tmp_path}/nowhere.db")
    assert "There is no database at" in do(move.command, root, "--to", server).err
    assert not (tmp_path / "nowhere.db").exists()


def test_a_server_that_starts_meanwhile_waits_or_is_refused(tmp_path: Path) -> None:
    filled(f"sqlite:///{tmp_path}/a.db")
    with sqlite_side.reading_alone(tmp_path / "a.db"):
        with pytest.raises(DatabaseFault, match="locked"):
            asked(f"sqlite:///{tmp_path}/a.db", "SELECT COUNT(*) FROM users")


def test_nobody_writes_into_postgresql_meanwhile(server: str) -> None:
    filled(server)

    async def write() -> None:
        async with copying.snapshot(server, alone=True):
            other = await asyncpg.connect(server)
            try:
                assert await other.fetchval("SELECT COUNT(*) FROM users") == 3
                with pytest.raises(asyncpg.LockNotAvailableError):
                    await other.execute("SET lock_timeout = 50; DELETE FROM users")
            finally:
                await other.close()

    asyncio.run(write())


class Forgetful(sqlite_side.SQLiteSide):
    """Loses a row on the way."""

    async def put(self, table: Table, rows: list[Values]) -> None:
        await super().put(table, rows[1:])


def test_a_copy_that_differs_is_not_kept(tmp_path: Path) -> None:
    filled(f"sqlite:///{tmp_path}/a.db")

    async def copy() -> None:
        with sqlite_side.reading(tmp_path / "a.db") as source, sqlite_side.making(tmp_path / "b.db") as target:
            await copying.copied(source, Forgetful(target._connection), NAMES)

    with pytest.raises(DatabaseFault, match="schema_version differs"):
        asyncio.run(copy())
    assert [each.name for each in tmp_path.iterdir()] == ["a.db"]


def test_counts_do_not_depend_on_the_order_or_the_kind_of_database() -> None:
    rows: list[Values] = [("a", 1, None, True), ("b", 2, "x", False)]
    assert Counted().more(rows) == Counted().more([("b", 2, "x", 0)]).more([["a", 1, None, 1]])
    assert Counted().more(rows) != Counted().more([rows[0], rows[0]])


def test_a_server_that_does_not_answer_is_said(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    said = do(move.command, root, "--to", f"postgresql://x@127.0.0.1:{free_port()}/x")
    assert (said.status, "PostgreSQL refuses" in said.err) == (1, True)


def test_a_password_is_not_taken_from_the_command_line_and_not_shown(tmp_path: Path) -> None:
    for text in ("postgresql://me:secret@host/x", "mysql://host/x"):
        with pytest.raises(CannotDo):
            addresses.address(text)
    (tmp_path / "address").write_text("postgresql://me:se@cret@host/x\n")
    assert addresses.address(f"@{tmp_path}/address") == "postgresql://me:se@cret@host/x"
    assert addresses.without_password("postgresql://me:se@cret@host/x") == "postgresql://me@host/x"
    assert addresses.without_password("sqlite:////a/b@c:d@e") == "sqlite:////a/b@c:d@e"


def test_a_hundred_thousand_people_are_moved_in_reasonable_time(tmp_path: Path, server: str, do: Do) -> None:
    """As a rate that a slow machine reaches, too: twenty thousand rows and more, a second for each thousand at the most."""
    url = filled(f"sqlite:///{tmp_path}/a.db", users=MANY)
    begun = time.monotonic()
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    assert do(move.command, root, "--to", server).status == 0
    assert time.monotonic() - begun < 2 * MANY / 1000


def test_an_index_is_written_as_both_engines_take_it() -> None:
    of_postgresql = "CREATE UNIQUE INDEX a ON public.users USING btree (email_key) WHERE (email_proven_at IS NOT NULL)"
    assert (
        postgres_side._plain(of_postgresql)
        == "CREATE UNIQUE INDEX a ON users (email_key) WHERE (email_proven_at IS NOT NULL)"
    )

"""Does `run.py check` find what is wrong with the database, on either engine, without changing it? (N13, F7)"""

import asyncio
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from checked import around, looked, said, wrong
from databases_for_tests import finished
from genkan.commands.checks import clients, database
from genkan.commands.checks.finding import Finding
from genkan.db import Condition, DatabaseFault, condition
from genkan.settings import from_environment
from test_settings import PRODUCTION

PROXIES = from_environment(PRODUCTION | {"TRUSTED_PROXIES": "10.0.0.5, fd00::/8"}).trusted_proxies


def asked(url: str, **changes: Any) -> list[Finding]:
    return looked(database.findings, around(Path(), database_url=url, trusted_proxies=PROXIES, **changes))


async def run(url: str, sql: str) -> None:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.execute(sql)
        connection.close()
        return
    server = await asyncpg.connect(url)
    await server.execute(sql)
    await server.close()


def test_one_that_is_in_order_says_so(database_url: str) -> None:
    found = asked(database_url)
    assert wrong([each for each in found if each.name != "database.disk"]) == []
    names = ["database.whole", "database.journal", "database.files", "database.disk"]
    kept = names if database_url.startswith("sqlite") else ["database.clock", "database.tls"]
    assert [each.name for each in found] == ["database.reachable", "database.version", *kept]
    assert "postgres@" not in str(found)


@pytest.mark.parametrize(("version", "state"), [(999, "fault"), (2, "warning"), (None, "warning")])
def test_a_version_that_is_not_ours_is_told(version: int | None, state: str, database_url: str) -> None:
    before = asyncio.run(condition(database_url, patience=5)).newest
    away = "ALTER TABLE schema_version RENAME TO elsewhere"
    finished(run(database_url, f"UPDATE schema_version SET version = {version}" if version else away))
    try:
        assert wrong([each for each in asked(database_url) if each.name != "database.disk"]) == [
            ("database.version", state)
        ]
    finally:
        back = "ALTER TABLE elsewhere RENAME TO schema_version"
        finished(run(database_url, f"UPDATE schema_version SET version = {before}" if version else back))


def test_one_that_is_not_there_is_told(tmp_path: Path, postgresql: str) -> None:
    url = f"sqlite:///{tmp_path}/genkan.db"
    assert wrong(asked(url)) == [("database.reachable", "warning")]
    assert [each.state for each in asked(url, environment="development")] == ["skipped"]
    assert not (tmp_path / "genkan.db").exists()
    assert wrong(asked(f"{postgresql.rpartition('/')[0]}/nothing")) == [("database.reachable", "fault")]
    found = asked("postgresql://genkan:very-secret@127.0.0.1:1/genkan")
    assert wrong(found) == [("database.reachable", "fault")]
    assert "very-secret" not in str(found)


def test_offline_a_server_elsewhere_is_not_asked() -> None:
    assert [each.state for each in asked("postgresql://10.0.0.9/genkan", online=False)] == ["skipped"]


def test_a_file_that_is_none_or_damaged_is_told(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "genkan.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:-4096] + b"\x0d" * 4096)
    assert ("database.whole", "fault") in wrong(asked(sqlite_url))
    path.write_bytes(b"no database at all" * 1000)
    assert wrong(asked(sqlite_url)) == [("database.reachable", "fault")]


def test_a_file_that_others_read_or_that_has_another_journal_is_told(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "genkan.db").chmod(0o644)
    found = asked(sqlite_url)
    assert ("database.files", "fault") in wrong(found)
    assert said(found, "database.files").partition(" → ")[2].startswith(f"chmod 600 {tmp_path}/genkan.db")
    finished(run(sqlite_url, "PRAGMA journal_mode = DELETE"))
    (tmp_path / "genkan.db").chmod(0o600)
    assert wrong([each for each in asked(sqlite_url, environment="development") if each.name != "database.disk"]) == [
        ("database.journal", "warning")
    ]


def test_a_file_that_another_program_keeps_locked_is_told(sqlite_url: str) -> None:
    finished(run(sqlite_url, "PRAGMA journal_mode = DELETE"))
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    holder.execute("BEGIN EXCLUSIVE")
    found = asked(sqlite_url, patience=0.2)
    holder.close()
    assert wrong(found) == [("database.reachable", "fault")]
    assert "End that process" in said(found, "database.reachable")


def test_one_too_large_to_be_looked_through_is_left_open(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["genkan.db.condition"], "EVERY", 1)
    found = asyncio.run(condition(sqlite_url, patience=-1))
    assert found.is_whole is None
    assert database._whole(Path("x"), found).state == "skipped"


def test_a_folder_in_its_place_is_none(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFault, match="There is no database"):
        asyncio.run(condition(f"sqlite:///{tmp_path}", patience=1))


def test_room_is_told_where_it_runs_out() -> None:
    assert database.room(2_000_000_000, 0.5).state == "ok"
    assert (database.room(10**8, 0.5).state, database.room(2_000_000_000, 0.01).state) == ("warning", "warning")


SERVER = Condition("PostgreSQL 17", 3, 3, now=1000.0, is_encrypted=False, is_read_only=False)


def test_a_server_elsewhere_without_encryption_or_that_takes_no_changes_is_told() -> None:
    url = "postgresql://genkan@10.0.0.9/genkan"
    assert wrong(database._server(url, SERVER, 1000)) == [("database.tls", "warning")]
    assert wrong(database._server(url, replace(SERVER, is_encrypted=True), 1000)) == []
    standby = replace(SERVER, is_encrypted=True, is_read_only=True)
    assert wrong(database._server(url, standby, 1000)) == [("database.writable", "fault")]
    assert wrong(database._server("postgresql:///genkan?host=/run/pg", SERVER, 1300)) == [("database.clock", "fault")]


def test_where_all_seem_to_come_from_the_proxy_it_is_told(database_url: str) -> None:
    finished(
        run(
            database_url,
            "INSERT INTO users (id, name, email, language, created_at) VALUES ('u', 'H', 'h@x.test', 'en', 0)",
        )
    )
    for at in range(6):
        finished(
            run(
                database_url,
                "INSERT INTO events (id, user_id, kind, happened_at, browser, address, details) "
                f"VALUES ('e{at}', 'u', 'login', {at}, '', '10.0.0.5', '{{}}')",
            )
        )
    assert ("site.clients", "warning") in wrong(asked(database_url))
    assert "site.clients" not in [each.name for each in asked(database_url, environment="development")]


@pytest.mark.parametrize(
    ("addresses", "state"),
    [
        (["127.0.0.1"] * 4, []),
        (["127.0.0.1"] * 5, ["warning"]),
        (["10.0.0.5", "fd00::/64", "127.0.0.1", "10.0.0.5", "::1"], ["warning"]),
        (["10.0.0.5"] * 5 + ["192.0.2.7"], ["ok"]),
        (["2001:db8::/64"] * 5, ["ok"]),
        (["none", ""] * 5, []),
    ],
)
def test_addresses_tell_whether_the_proxy_says_who_asks(addresses: list[str], state: list[str]) -> None:
    assert [each.state for each in clients.said(addresses, PROXIES)] == state

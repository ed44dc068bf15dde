"""`run.py backup` and `restore`: does a site stand up again elsewhere, as it was, and is nothing ever half or written over?"""

import os
import pty
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from genkan import archive, surroundings
from genkan.commands import backup, passphrases, restore
from genkan.commands.opened import CannotDo
from genkan.db import sqlite_side
from keeping import PASSPHRASE, SECRET, Said, asked, clone, filled, free_port, fresh, serving, sign_up, status

Do = Callable[..., Said]
Place = Callable[[str], str]


def kept(do: Do, root: Path, name: str = "kept.age") -> Path:
    said = do(backup.command, root, root / name, "--passphrase-file", root / "passphrase")
    assert (said.status, said.err) == (0, "")
    return root / name


def brought_back(do: Do, root: Path, file: Path, *more: str) -> Said:
    return do(restore.command, root, file, "--passphrase-file", root / "passphrase", *more)


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of a folder that is not the program itself."""
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in folder.rglob("*")
        if each.is_file() and not each.is_symlink()
    }


def test_the_same_cookie_opens_the_same_account_on_an_empty_machine(tmp_path: Path, place: Place, do: Do) -> None:
    port = free_port()
    old = clone(tmp_path / "old", SECRET_KEY=SECRET, DATABASE_URL=place("old"), BASE_URL=f"http://127.0.0.1:{port}")
    with serving(old, port):
        cookie = sign_up(port, "hanako")
        assert status(port, "/account", cookie) == 200
        file = kept(do, old)
    new = clone(tmp_path / "new")
    url = place("new")
    said = brought_back(do, new, file, "--database", url)
    assert (said.status, said.err) == (0, "")
    assert surroundings.in_file(new) == {**surroundings.in_file(old), "DATABASE_URL": url}
    assert stat.S_IMODE((new / ".env").stat().st_mode) == 0o600
    with serving(new, port):
        assert status(port, "/account", cookie) == 200
        assert status(port, "/account", cookie[:-8] + "AAAAAAAA") == 303


def test_what_was_kept_of_one_kind_of_database_stands_up_in_the_other(tmp_path: Path, postgresql: str, do: Do) -> None:
    sqlite, server = f"sqlite:///{tmp_path}/a.db", fresh(postgresql, f"{postgresql.rpartition('/')[2]}_kinds")
    tables = (
        "SELECT * FROM users ORDER BY id",
        "SELECT * FROM sessions ORDER BY id",
        "SELECT version FROM schema_version",
    )
    first = clone(tmp_path / "first", SECRET_KEY=SECRET, DATABASE_URL=filled(sqlite))
    assert brought_back(do, clone(tmp_path / "second"), kept(do, first), "--database", server).status == 0
    asked(server, "CREATE TABLE theirs (id TEXT)")
    said = do(
        backup.command, tmp_path / "second", tmp_path / "b.age", "--passphrase-file", first / "passphrase", "--json"
    )
    assert said.document["left"] == ["theirs"]
    assert (
        "not in it: theirs"
        in do(
            backup.command,
            tmp_path / "second",
            tmp_path / "b.age",
            "--force",
            "--passphrase-file",
            first / "passphrase",
        ).out
    )
    third = f"sqlite:///{tmp_path}/third.db"
    assert brought_back(do, clone(tmp_path / "third"), tmp_path / "b.age", "--database", third).status == 0
    before, between, after = (asked(url, *tables) for url in (sqlite, server, third))
    assert before == after
    assert [[tuple(map(plain, row)) for row in rows] for rows in between] == before


def plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def test_under_load_a_backup_is_of_one_moment(tmp_path: Path, place: Place, do: Do) -> None:
    port = free_port()
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=place("kept"), BASE_URL=f"http://127.0.0.1:{port}")
    with serving(root, port):
        sign_up(port, "first")
        is_over, arrived = threading.Event(), ["first"]
        load = threading.Thread(target=people, args=(port, is_over, arrived))
        load.start()
        files = [kept(do, root, "first.age")]
        while len(files) < 3 or len(arrived) < 5:
            files.append(kept(do, root, f"{len(files)}.age"))
        is_over.set()
        load.join()
    counts = [
        do(restore.command, root, each, "--verify", "--passphrase-file", root / "passphrase", "--json").document["rows"]
        for each in files
    ]
    assert all(
        each["users"] == each["user_authentications"] == each["sessions"] == each["mailed_tokens"] for each in counts
    )
    assert 1 <= counts[0]["users"] < counts[-1]["users"]


def people(port: int, is_over: threading.Event, arrived: list[str]) -> None:
    while not is_over.is_set():
        sign_up(port, f"person{len(arrived)}")
        arrived.append("another")


def test_everything_that_a_site_needs_is_in_it(tmp_path: Path, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    old = clone(tmp_path / "old", SITE_NAME="'Our Site'", BRAND_DIR="look/ours")
    (old / "var" / "secret_key").write_text(SECRET)
    (old / "look" / "ours" / "css").mkdir(parents=True)
    (old / "look" / "ours" / "css" / "own.css").write_text("a { color: red }")
    filled(f"sqlite:///{old}/var/genkan.db")
    monkeypatch.setenv("SUPPORT", "it's us # all")
    monkeypatch.setenv("GITHUB_CLIENT_ID", "a")
    monkeypatch.setenv("GITHUB_CLIENT_SECRET", "b")
    monkeypatch.setenv("LINE_SECRET_OF_OTHERS", "c")
    file = kept(do, old)
    for name in ("SUPPORT", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    new = clone(tmp_path / "new")
    monkeypatch.chdir(new)
    said = brought_back(do, new, file, "--json").document
    assert said["placed"] == [str(new / each) for each in (".env", "var/secret_key", "look/ours")]
    assert said["database"] == f"sqlite:///{new}/var/genkan.db"
    assert surroundings.in_file(new) == {
        "SITE_NAME": "Our Site", "BRAND_DIR": "look/ours", "SUPPORT": "it's us # all",
        "GITHUB_CLIENT_ID": "a", "GITHUB_CLIENT_SECRET": "b",
    }  # fmt: skip
    assert (new / "var" / "secret_key").read_text() == SECRET
    assert (new / "look" / "ours" / "css" / "own.css").read_text() == "a { color: red }"
    assert stat.S_IMODE((new / "var" / "genkan.db").stat().st_mode) == 0o600
    assert sorted(each.name for each in new.iterdir() if each.name.startswith(".")) == [".env"]


def test_a_look_from_outside_comes_into_the_folder_and_a_machine_with_its_own_database_keeps_that(
    tmp_path: Path, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "look").mkdir()
    (tmp_path / "look" / "a.txt").write_text("x")
    old = clone(tmp_path / "old", SECRET_KEY=SECRET, BRAND_DIR=str(tmp_path / "look"))
    monkeypatch.setenv("DATABASE_URL", filled(f"sqlite:///{tmp_path}/old.db"))
    file = kept(do, old)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/deep/er/new.db")
    new = clone(tmp_path / "new")
    assert brought_back(do, new, file).status == 0
    assert (new / "brand" / "a.txt").read_text() == "x"
    assert surroundings.in_file(new) == {"SECRET_KEY": SECRET, "BRAND_DIR": "brand"}
    assert asked(f"sqlite:///{tmp_path}/deep/er/new.db", "SELECT COUNT(*) FROM users") == [[(3,)]]


def test_a_site_without_a_file_of_settings_gets_none(tmp_path: Path, do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    old = clone(tmp_path / "old")
    (old / "var").mkdir()
    (old / "var" / "secret_key").write_text(SECRET)
    filled(f"sqlite:///{old}/var/genkan.db")
    new = clone(tmp_path / "new")
    assert brought_back(do, new, kept(do, old)).status == 0
    assert not (new / ".env").exists()


def test_nothing_is_written_over_but_put_aside_where_that_is_asked_for(tmp_path: Path, place: Place, do: Do) -> None:
    url = filled(place("kept"))
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    file = kept(do, root)
    asked(url, "DELETE FROM sessions", "DELETE FROM users")
    before = everything(root)
    said = brought_back(do, root, file)
    assert (said.status, said.out, "There is something already" in said.err) == (1, "", True)
    assert everything(root) == before
    said = brought_back(do, root, file, "--force")
    assert (said.status, said.err) == (0, "")
    assert asked(url, "SELECT COUNT(*) FROM users") == [[(3,)]]
    [aside] = root.glob(".env.before_*")
    assert aside.read_text() == before[".env"].decode()
    if url.startswith("sqlite"):
        [old] = tmp_path.glob("kept.db.before_*[0-9]")
        assert asked(f"sqlite:///{old}", "SELECT COUNT(*) FROM users") == [[(0,)]]
    else:
        schema = asked(url, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_%'")[0][0][0]
        assert asked(url, f"SELECT COUNT(*) FROM {schema}.users") == [[(0,)]]


def test_tables_that_are_there_already_are_left_alone(tmp_path: Path, postgresql: str, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    new = clone(tmp_path / "new")
    said = brought_back(do, new, kept(do, root), "--database", postgresql)
    assert (said.status, "There are tables of ours already" in said.err) == (1, True)
    assert not (new / ".env").exists()


def test_a_backup_is_looked_at_and_nothing_is_changed(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    file = kept(do, root)
    before = everything(tmp_path)
    said = brought_back(do, root, file, "--verify")
    assert (said.status, said.err) == (0, "")
    assert "3 users" in said.out
    assert "schema version 3.\n" in said.out
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "db" / "schemas").glob("*.sql")), ids=lambda path: path.stem
)
def test_a_backup_of_an_older_version_stands_up_and_is_upgraded_by_the_first_start(
    tmp_path: Path, place: Place, do: Do, path: Path
) -> None:
    port = free_port()
    old = clone(
        tmp_path / "old", SECRET_KEY=SECRET, DATABASE_URL=filled(place("old"), schema=path, upgrades=path.parent)
    )
    file = kept(do, old)
    new = clone(tmp_path / "new")
    said = brought_back(do, new, file, "--database", place("new"))
    assert f"schema version {path.stem} (the first start upgrades it)" in said.out
    with serving(new, port):
        users, version = asked(
            surroundings.in_file(new)["DATABASE_URL"],
            "SELECT COUNT(*) FROM users",
            "SELECT MAX(version) FROM schema_version",
        )
    assert (users, version) == ([(3,)], [(3,)])


ABOUT = '{"made_at": "", "site": "", "rows": {}}'


def forged(tmp_path: Path, database: Path | None, about: str) -> Path:
    with archive.writing(tmp_path / "forged.age", PASSPHRASE) as kept:
        kept.put("about.json", about)
        kept.put("environment", "{}")
        if database:
            kept.add("genkan.db", database)
    return tmp_path / "forged.age"


def test_what_is_in_it_must_be_whole(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site")
    good, bad, empty = (tmp_path / f"{name}.db" for name in ("good", "bad", "empty"))
    filled(f"sqlite:///{good}")
    with sqlite_side.opened(good) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, 1)")
        connection.execute(
            "INSERT INTO sessions (id, user_id, method, created_at, expires_at) VALUES ('x', 'nobody', '', 1, 1)"
        )
    bad.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with sqlite_side.opened(copied(good, empty)) as connection:
        connection.execute("DROP TABLE schema_version")
    before = everything(root)
    for database, about, *sentences in (
        (
            good,
            ABOUT,
            "A row of sessions refers to one of users that is not there",
            "other rows than",
            "of version 99",
        ),
        (bad, ABOUT, "cannot be used as an SQLite database"),
        (empty, ABOUT, "no tables of Genkan"),
        (None, ABOUT, "There is no database at"),
        (good, "no json", "it is no backup of ours"),
        (good, "[]", "it is no backup of ours"),
        (good, "{}", "it is no backup of ours"),
    ):
        said = brought_back(do, root, forged(tmp_path, database, about))
        assert (said.status, [each for each in sentences if each not in said.err]) == (1, [])
    said = brought_back(do, root, tmp_path / "nowhere")
    assert (said.status, "No such file" in said.err) == (1, True)
    with archive.writing(tmp_path / "bare.age", PASSPHRASE) as kept:
        kept.put("environment", "{}")
    said = brought_back(do, root, tmp_path / "bare.age")
    assert (said.status, "cannot be used: No such file" in said.err) == (1, True)
    assert everything(root) == before


def copied(source: Path, to: Path) -> Path:
    sqlite_side.copy(source, to)
    return to


def test_a_wrong_passphrase_and_a_file_that_was_changed_are_said_in_a_sentence(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    file = kept(do, root)
    new = clone(tmp_path / "new")
    before = everything(new)
    (root / "passphrase").write_text("six cranes in a row")
    said = do(restore.command, new, file, "--passphrase-file", root / "passphrase")
    assert (said.status, said.err) == (1, "The passphrase is not the one of this file.\n")
    raw = bytearray(file.read_bytes())
    raw[-100] ^= 1
    file.write_bytes(raw)
    said = brought_back(do, new, file)
    assert (said.status, "not whole" in said.err) == (1, True)
    assert everything(new) == before


def test_a_database_that_is_broken_is_not_kept_as_if_it_were_whole(tmp_path: Path, do: Do) -> None:
    url = filled(f"sqlite:///{tmp_path}/a.db")
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=url)
    with sqlite_side.opened(tmp_path / "a.db") as connection:
        connection.execute("DELETE FROM users")  # without what refers to them
    said = do(backup.command, root, root / "kept.age", "--passphrase-file", root / "passphrase")
    assert (said.status, "no backup was written" in said.err, (root / "kept.age").exists()) == (1, True, False)


def test_a_name_that_no_backup_takes_is_said(tmp_path: Path, do: Do) -> None:
    root = clone(
        tmp_path / "site", SECRET_KEY=SECRET, BRAND_DIR="brand", DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db")
    )
    (root / "brand").mkdir()
    (root / "brand" / "a\\b").write_text("")
    said = do(backup.command, root, root / "kept.age", "--passphrase-file", root / "passphrase")
    assert (said.status, "BRAND_DIR" in said.err, (root / "kept.age").exists()) == (1, True, False)


def test_a_file_that_is_there_is_kept(tmp_path: Path, do: Do) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    (root / "kept.age").write_text("mine")
    said = do(backup.command, root, root / "kept.age", "--passphrase-file", root / "passphrase")
    assert (said.status, (root / "kept.age").read_text()) == (1, "mine")


@pytest.mark.parametrize("text", ["short\n", "", "\n"])
def test_a_short_passphrase_is_refused(tmp_path: Path, do: Do, text: str) -> None:
    root = clone(tmp_path / "site", SECRET_KEY=SECRET, DATABASE_URL=filled(f"sqlite:///{tmp_path}/a.db"))
    (root / "passphrase").write_text(text)
    said = do(backup.command, root, root / "kept.age", "--passphrase-file", root / "passphrase")
    assert (said.status, "12 characters" in said.err) == (1, True)


def test_a_passphrase_comes_from_a_file_or_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(CannotDo, match="UTF-8"):
        passphrases.given(tmp_path / "bytes")
    (tmp_path / "lines").write_text(f"{PASSPHRASE}\r\nsecond")
    with (tmp_path / "lines").open() as lines:
        monkeypatch.setattr(sys, "stdin", lines)
        assert passphrases.given(None) == PASSPHRASE


@pytest.mark.parametrize(
    ("call", "typed", "said"),
    [
        ("given", [PASSPHRASE], PASSPHRASE),
        ("chosen", [PASSPHRASE, PASSPHRASE], PASSPHRASE),
        ("chosen", [PASSPHRASE, "another one of them"], "not the same"),
    ],
)
def test_whoever_sits_there_types_it_and_it_is_not_shown(
    call: str, typed: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal of its own."""
    ours, theirs = pty.openpty()
    seen, prompts = bytearray(), iter(typed)

    def sit() -> None:
        for line in prompts:
            asked_for = seen.count(b": ") + 1
            while seen.count(b": ") < asked_for:
                seen.extend(os.read(ours, 100))
            os.write(ours, line.encode() + b"\n")

    person = threading.Thread(target=sit, daemon=True)
    with os.fdopen(theirs, "r+b", buffering=0) as terminal:
        monkeypatch.setattr(sys, "stdin", os.fdopen(os.dup(terminal.fileno())))
        monkeypatch.setattr(os, "open", opening(terminal.fileno()))
        person.start()
        try:
            found = getattr(passphrases, call)(None)
        except CannotDo as error:
            found = str(error)
        sys.stdin.close()
    person.join(10)
    os.close(ours)
    assert said in found
    assert PASSPHRASE.encode() not in seen


def opening(terminal: int) -> Any:
    """As if that were the terminal of this process."""
    real = os.open

    def open_it(path: Any, *rest: Any, **more: Any) -> int:
        return os.dup(terminal) if path == "/dev/tty" else real(path, *rest, **more)

    return open_it

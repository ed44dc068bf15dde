"""Does a command say in a sentence what keeps it from its work, and make nothing that was not there?"""

import sqlite3
from pathlib import Path

import pytest
from commanding import SECRET, House, started
from genkan.commands import table
from genkan.commands.saying import safe

import run

KNOWN = {"user", "session", "sweep"}


def test_every_verb_is_in_the_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert table.VERBS.keys() >= KNOWN
    for call in (["help"], ["--help"], ["-h"]):
        assert run.main(call) == 0
        said = capsys.readouterr().out
        names = [line.split()[0] for line in said.splitlines() if line.startswith("  ")]
        assert set(names) == {*table.VERBS, "serve", "test", "tools", *run.FOR_DESIGNERS}


def test_a_verb_that_is_not_there_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["dance"]) == 2
    assert capsys.readouterr().err == "There is no `dance`. `python3 run.py help` lists what there is.\n"


@pytest.mark.parametrize("verb", sorted(KNOWN))
def test_every_verb_has_help_and_refuses_what_it_does_not_know(house: House, verb: str) -> None:
    assert house(f"{verb} --help").out.startswith(f"usage: run.py {verb}")
    assert house(f"{verb} --dance", status=2).out == ""


def test_where_nothing_was_started_nothing_is_made(tmp_path: Path) -> None:
    answer = started(tmp_path, "user", "list", DATABASE_URL=f"sqlite:///{tmp_path}/none.db", SECRET_KEY=SECRET)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err == "There is no database yet at DATABASE_URL. Start the server once: python3 run.py\n"
    assert list(tmp_path.iterdir()) == []


def test_without_a_secret_it_says_what_to_do(house: House) -> None:
    (house.root / ".env").write_text(f"DATABASE_URL={house.database_url}\n")
    assert house("user list", status=1).err == "Nothing was started here yet. Start the server once: python3 run.py\n"
    (house.root / "var").mkdir()
    (house.root / "var" / "secret_key").write_text(SECRET)
    assert house("user list").out == ""
    (house.root / "var" / "secret_key").unlink()
    (house.root / "var" / "secret_key").mkdir()
    assert (
        "cannot be read (Is a directory). Run this as the user who runs the server." in house("user list", status=1).err
    )


def test_wrong_settings_are_all_said_at_once(house: House) -> None:
    house.sets(ENVIRONMENT="production", PORT="none", BASE_URL="nowhere")
    answer = house("sweep", status=2)
    assert answer.err.startswith("These settings cannot be used:\n")
    assert [name for name in ("PORT: ", "BASE_URL: ") if name in answer.err] == ["PORT: ", "BASE_URL: "]


def test_a_database_of_another_version_is_left_alone(house: House, sqlite_url: str) -> None:
    house.database_url = sqlite_url
    house.sets()
    path = sqlite_url.removeprefix("sqlite:///")
    for change, said in (
        ("INSERT INTO schema_version (version, applied_at) VALUES (999, 0)", "Install the newer program"),
        ("DELETE FROM schema_version WHERE version > 1", "is not up to date. Start the server once"),
        ("DROP TABLE schema_version", "is not up to date. Start the server once"),
    ):
        with sqlite3.connect(path) as database:
            database.execute(change)
        database.close()
        assert said in house("user list", status=1).err
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_version'").fetchone() == (0,)
    database.close()


def test_a_database_that_is_locked_is_said_in_a_sentence(house: House, sqlite_url: str) -> None:
    house.database_url = sqlite_url
    house.sets()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "does not answer" in house("sweep", status=1).err
    other.close()


def test_a_file_that_is_no_database_is_said_in_a_sentence(house: House, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Hanako, " * 1000)
    house.sets(DATABASE_URL=f"sqlite:///{tmp_path}/letter.db")
    assert "cannot be used: it is no whole SQLite database" in house("user list", status=1).err


def test_XS_what_people_typed_cannot_write_elsewhere_on_the_terminal() -> None:
    assert safe("\x1b[2J\rroot\u202e花子\tok\n") == "�[2J�root�花子\tok\n"
    assert safe("\udcff") == "�"

"""`run.py user`: does whoever runs the site see and change accounts in one line each?"""

import os
import pty
import sys
import threading
from pathlib import Path

import pytest
from commanding import PASSWORD, SECRET, House, started
from entrance import Browser, words
from genkan.commands import asking
from genkan.commands.opened import CannotDo
from starlette.applications import Starlette

import run


def environ(house: House) -> dict[str, str]:
    return {"DATABASE_URL": house.database_url, "SECRET_KEY": SECRET}


def test_the_whole_life_of_an_account_in_processes_of_their_own(house: House, tmp_path: Path) -> None:
    known = environ(house)
    made = started(tmp_path, "user", "create", "--name", "花子", "--username", "hanako", typed=f"{PASSWORD}\n", **known)
    assert (made.status, made.err) == (0, "")
    user_id = made.out.strip()
    listed = started(tmp_path, "user", "list", **known)
    assert listed.out == f"{user_id}\thanako\t–\t花子\t–\n"
    assert started(tmp_path, "user", "delete", "hanako", **known).status == 1
    gone = started(tmp_path, "user", "delete", "hanako", "--yes", **known)
    assert (gone.status, gone.out) == (0, "hanako (花子) is deleted.\n")
    assert started(tmp_path, "user", "list", **known).out == ""


def test_create_asks_for_the_password_and_says_all_that_is_wrong(house: House) -> None:
    refused = house("user create --username no/slash", "--name", "", typed="short\n", status=1)
    assert refused.out == ""
    assert refused.err.splitlines() == [
        "Enter your name",
        "Username can have letters a to z, numbers, dots, hyphens and underscores",
        "Password must be 15 characters or more",
    ]
    made = house("user create --username hanako --email h@example.com --json", "--name", "Hanako", typed=PASSWORD)
    assert list(made.json) == ["id"]
    assert house.rows("SELECT email_proven_at, language FROM users") == [{"email_proven_at": None, "language": "en"}]

    async def logs_in(app: Starlette) -> int:
        async with Browser(app) as browser:
            return (await browser.log_in("hanako")).status_code

    assert house.serves(logs_in) == 303


def test_create_can_invite_by_mail(house: House) -> None:
    house("user create --email jiro@example.com --invite-by-mail --language ja", "--name", "Jiro")
    assert house.rows("SELECT template, recipient, language FROM outbox") == [
        {"template": "welcome_by_team", "recipient": "jiro@example.com", "language": "ja"}
    ]
    assert "argument --language" in house("user create --name x --language ../..", status=2).err


def test_list_shows_the_newest_first_and_only_those_that_are_asked_for(house: House) -> None:
    ids = {name: house.creates(name, is_proven=name == "hanako") for name in ("hanako", "jiro", "saburo")}
    house("user disable jiro")
    house("user admin saburo")
    lines = house("user list").out.splitlines()
    assert sorted(lines) == sorted(
        [
            f"{ids['hanako']}\thanako\thanako@example.com\tHanako Yamada\t–",
            f"{ids['jiro']}\tjiro\tjiro@example.com (not confirmed)\tHanako Yamada\tdisabled",
            f"{ids['saburo']}\tsaburo\tsaburo@example.com (not confirmed)\tHanako Yamada\tadmin",
        ]
    )
    for filters, wanted in (
        ("--disabled", ["jiro"]),
        ("--admins", ["saburo"]),
        ("--unproven", ["jiro", "saburo"]),
        ("--unproven --admins", ["saburo"]),
        ("--like hanako", ["hanako", "jiro", "saburo"]),
        ("--like yama --disabled", ["jiro"]),
        ("--like yama --admins --unproven", ["saburo"]),
        ("--like nobody", []),
        ("--most 0", []),
    ):
        assert sorted(each["username"] for each in house(f"user list --json {filters}").json) == wanted, filters
    assert len(house("user list --most 2").out.splitlines()) == 2
    assert "argument --most" in house("user list --most many", status=2).err


def test_show_tells_everything_that_the_team_may_see_and_no_hash(house: House) -> None:
    user_id = house.creates()

    async def logs_in(app: Starlette) -> None:
        async with Browser(app) as browser:
            await browser.log_in("hanako")

    house.serves(logs_in)
    for text in (user_id, "hanako", "HANAKO@example.com"):
        found = house("user show --json", text).json
        assert (found["id"], found["sessions"], found["is_admin"], found["leaves_at"]) == (user_id, 1, False, None)
        assert found["email_proven_at"].endswith("Z")
        assert [each["method"] for each in found["ways_in"]] == ["password"]
    answer = house("user show hanako")
    assert "argon2" not in answer.out
    assert "is_admin         no\n" in answer.out
    assert "ways_in          method password, username hanako, " in answer.out


def test_show_names_those_like_it_where_there_is_no_such_account(house: House) -> None:
    user_id = house.creates()
    answer = house("user show", "yamada", status=1)
    assert answer.err == f"There is no such account.\nNames like it:\n  {user_id}  hanako  Hanako Yamada\n"
    assert house("user show --json", "yamada", status=1).err == "There is no such account.\n"
    assert house("user show", "\udcff\0", status=1).err == "There is no such account.\n"


@pytest.mark.parametrize("verb", ["disable", "enable", "delete --yes", "reset", "admin"])
def test_an_account_that_is_not_there_is_a_failure(house: House, verb: str) -> None:
    answer = house(f"user {verb} nobody", status=1)
    assert (answer.out, answer.err) == ("", "There is no such account.\n")


def test_disable_and_enable(house: House) -> None:
    user_id = house.creates()
    assert house("user disable hanako").out == "hanako (Hanako Yamada) is disabled, and logged out everywhere.\n"
    assert house("user enable hanako --json").json == {"id": user_id, "username": "hanako"}
    assert [each["kind"] for each in house.rows("SELECT kind FROM acts ORDER BY happened_at, id")].count("enabled") == 1


def test_the_last_admin_goes_by_force_alone(house: House) -> None:
    house.creates()
    assert house("user admin hanako").out == "hanako (Hanako Yamada) is an admin: /admin is open to them.\n"
    for line in ("user disable hanako", "user delete hanako --yes", "user admin hanako --take-away"):
        assert house(line, status=1).err == "This is the last admin. Make another account an admin first.\n"
    assert house("user admin hanako --take-away --force").out == "hanako (Hanako Yamada) is no admin (any more).\n"


def test_reset_mails_a_link_where_that_is_possible_and_prints_it_where_it_is_not(house: House) -> None:
    house.creates()
    answer = house("user reset hanako")
    assert answer.out.endswith("a link to a new password goes to hanako@example.com.\n")
    assert house("user reset hanako --json").json["link"] is None
    house.creates("jiro", is_proven=False)
    by_hand = house("user reset jiro")
    assert "hand this link over" in by_hand.err
    link = by_hand.out.strip()
    assert link.startswith("http://127.0.0.1:8000/reset/")
    newer = house("user reset jiro --json").json["link"]

    async def uses(app: Starlette) -> list[int]:
        async with Browser(app) as browser:
            statuses = []
            for each in (link, newer, newer):
                await browser.get(each)
                statuses.append(
                    (await browser.submit("/reset/new", new_password="nine other lanterns up there")).status_code
                )
            assert "Log in" in words(await browser.get("/login"))
            return statuses

    assert house.serves(uses) == [410, 303, 410]


def test_a_person_whose_name_is_a_command_of_the_terminal_is_listed_in_one_plain_line(house: House) -> None:
    house.creates()
    house.rows("UPDATE users SET name = :name RETURNING id", name="a\x1b[31m\tb\nc\u202e")
    assert house("user list").out.count("\n") == 1
    assert "\x1b" not in house("user list").out + house("user show hanako").out + house("user disable hanako").out
    assert "a�[31m b c�" in house("user list").out


# At a terminal. -------------------------------------------------------------------------------------------------


class Terminal:
    """What a person types at a real terminal, line by line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
        self._ours, theirs = pty.openpty()
        self.stdin = os.fdopen(theirs, "r", closefd=True)
        monkeypatch.setattr(sys, "stdin", self.stdin)
        threading.Thread(target=self._type, args=(lines,)).start()

    def _type(self, lines: tuple[str, ...]) -> None:
        for line in lines:
            os.write(self._ours, f"{line}\n".encode())

    def shown(self) -> str:
        os.set_blocking(self._ours, False)
        try:
            return os.read(self._ours, 10_000).decode()
        except BlockingIOError:
            return ""

    def close(self) -> None:
        self.stdin.close()
        os.close(self._ours)


def test_PW_a_password_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(monkeypatch, PASSWORD, PASSWORD)
    assert asking.password() == PASSWORD
    terminal.close()
    terminal = Terminal(monkeypatch, PASSWORD, "another")
    with pytest.raises(CannotDo, match="two passwords"):
        asking.password()
    terminal.close()
    assert PASSWORD not in capsys.readouterr().err


def test_PW_a_password_is_not_shown_while_it_is_typed(house: House, tmp_path: Path) -> None:
    """In a process of its own, whose terminal this is."""
    known = environ(house)
    child, ours = pty.fork()
    if child == 0:  # pragma: no cover - another process
        os.chdir(tmp_path)
        path = str(Path(run.__file__))
        arguments = [sys.executable, path, "user", "create", "--name", "Hanako", "--username", "hanako"]
        os.execve(sys.executable, arguments, known | {"PATH": os.environ["PATH"]})
    shown = b""
    for prompt in (b"Password: ", b"The same again: "):
        while prompt not in shown:
            shown += os.read(ours, 1000)
        os.write(ours, f"{PASSWORD}\n".encode())
    try:
        while piece := os.read(ours, 1000):
            shown += piece
    except OSError:  # Linux says so at the end of a terminal
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(ours)
    assert PASSWORD.encode() not in shown
    assert house("user show hanako").status == 0


@pytest.mark.parametrize(
    ("typed", "is_sure"), [("yes", True), ("YES ", True), ("y", False), ("", False), ("no", False)]
)
def test_whether_it_is_meant_is_asked(monkeypatch: pytest.MonkeyPatch, typed: str, is_sure: bool) -> None:
    terminal = Terminal(monkeypatch, typed)
    assert asking.is_sure("Delete it?", said_yes=False) is is_sure
    terminal.close()


def test_without_a_yes_nothing_is_deleted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.creates()
    answer = house("user delete hanako", typed="yes\n", status=1)
    assert answer.err == "Nobody is there to be asked: add --yes where it is meant.\n"
    monkeypatch.setattr(asking, "is_sure", lambda *_, **__: False)  # somebody at the terminal says no
    assert house("user delete hanako", status=1).err == "Nothing was done.\n"
    assert len(house.rows("SELECT id FROM users")) == 1
    monkeypatch.setattr(asking, "is_sure", lambda *_, **__: True)
    assert house("user delete hanako").status == 0
    assert house.rows("SELECT id FROM users") == []


def test_a_password_that_is_no_text_is_refused(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "typed").write_bytes(b"\xff\xfe seven lanterns by the river\n")
    with (tmp_path / "typed").open(encoding="utf-8") as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        with pytest.raises(CannotDo, match="not UTF-8"):
            asking.password()

"""`python3 run.py invite …`: does it make a link that lets somebody in, list what there is, and take one back?"""

import asyncio
import json
from pathlib import Path

import pytest
from closed_doors import site
from entrance import SECRET, Clock, words
from genkan import clock
from genkan.commands import invite
from genkan.commands.table import VERBS
from postbox import run_sql
from rows import value

pytestmark = pytest.mark.anyio


@pytest.fixture
def root(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place where the server was started, with sign-up by invitation."""
    set_(
        monkeypatch, DATABASE_URL=sqlite_url, SECRET_KEY=SECRET.decode(), SIGNUP="invitation", ENVIRONMENT="development"
    )
    return tmp_path


def set_(monkeypatch: pytest.MonkeyPatch, **environ: str) -> None:
    for name, each in environ.items():
        monkeypatch.setenv(name, each)


def said(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str, status: int = 0) -> str:
    assert invite.command(root, list(arguments)) == status
    out, err = capsys.readouterr()
    return out if status == 0 else err


def document(capsys: pytest.CaptureFixture[str], root: Path, *arguments: str) -> object:
    return json.loads(said(capsys, root, "--json", *arguments))


async def test_the_link_that_it_prints_lets_somebody_in(
    root: Path, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with site(sqlite_url, Clock(clock.now()), signup="invitation") as (app, browser, _):
        assert VERBS["invite"].run is invite.command
        link = await in_thread(capsys, root)
        await browser.get(link)
        assert "You are invited" in words(await browser.get("/signup"))
        assert (await browser.sign_up()).status_code == 303
        assert await value(app, "SELECT COUNT(*) AS n FROM acts WHERE kind = 'invitation_created'") == 1


async def in_thread(capsys: pytest.CaptureFixture[str], root: Path) -> str:
    """A command has a loop of its own."""
    out = await asyncio.to_thread(said, capsys, root, "--note", "for Taro")
    link = out.splitlines()[0]
    assert link.startswith("http://127.0.0.1:8000/invitation/")
    assert "Good for one account and 7 days." in out
    return link


def test_it_lists_what_there_is_and_takes_one_back(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, root, "list") == "There are no invitations.\n"
    made = document(capsys, root, "--note", "for the workshop", "--count", "20", "--days", "1")
    assert isinstance(made, dict)
    assert made["link"].startswith("http://127.0.0.1:8000/invitation/")
    line = said(capsys, root, "list")
    assert ("open" in line, "0/20" in line, "for the workshop" in line) == (True, True, True)
    assert made["link"].rpartition("/")[2] not in line
    assert document(capsys, root, "withdraw", "--", made["id"]) == {"id": made["id"], "state": "withdrawn"}
    found = document(capsys, root, "list")
    assert isinstance(found, list)
    assert [(each["state"], each["accounts"], each["most"], each["email"]) for each in found] == [
        ("withdrawn", 0, 20, None)
    ]
    assert "was withdrawn before" in said(capsys, root, "withdraw", "--", made["id"], status=1)


def test_a_mailed_one_shows_nobody_its_link(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, root, "--email", "hanako@example.com", "--days", "1")
    assert "On its way to hanako@example.com; good for one day." in out
    assert "/invitation/" not in out
    made = document(capsys, root, "--email", "hanako@example.com")
    assert isinstance(made, dict)
    assert made["link"] is None
    assert said(capsys, root, "withdraw", "--", made["id"]) == "Withdrawn. Accounts that were made with it stay.\n"
    assert "hanako@example.com" in said(capsys, root, "list")
    assert "Enter an email address" in said(capsys, root, "--email", "nowhere", status=1)


@pytest.mark.parametrize(
    ("rule", "told"), [("closed", "SIGNUP=closed: nobody can use it"), ("open", "SIGNUP=open: nobody needs it")]
)
def test_it_says_where_nobody_can_use_it_or_needs_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rule: str, told: str
) -> None:
    set_(monkeypatch, SIGNUP=rule)
    assert invite.command(root, ["--count", "2"]) == 0
    out, err = capsys.readouterr()
    assert (told in err, "Good for 2 accounts" in out) == (True, True)


def test_without_a_mail_server_nothing_is_mailed(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_(monkeypatch, ENVIRONMENT="production", BASE_URL="https://id.example.com")
    assert "There is no SMTP_URL" in said(capsys, root, "--email", "hanako@example.com", status=1)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--count", "0"],
        ["--count", "x"],
        ["--days", "366"],
        ["--email", "a@example.com", "--count", "2"],
        ["--note", "x" * 201],
        ["--note", "two\nlines"],
        ["withdraw"],
        ["nothing"],
    ],
)
def test_a_wrong_call_is_2(root: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        invite.command(root, wrong)
    assert end.value.code == 2
    assert "run.py invite" in capsys.readouterr().err


def test_used_and_expired_are_told_apart(root: Path, capsys: pytest.CaptureFixture[str], sqlite_url: str) -> None:
    for each in ("UPDATE invitations SET used = most", "UPDATE invitations SET used = 0, expires_at = created_at - 1"):
        said(capsys, root)
        run_sql(sqlite_url, each)
    found = document(capsys, root, "list")
    assert isinstance(found, list)
    assert {each["state"] for each in found} == {"expired"}
    run_sql(sqlite_url, "UPDATE invitations SET used = most")
    assert all("  used " in line for line in said(capsys, root, "list").splitlines())

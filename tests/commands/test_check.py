"""Is `run.py check` a report that people and programs can use, in time, whatever hangs? (N13)"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from browsing import free_socket
from checked import RANDOM, around, looked, said, wrong
from genkan.commands import check, table
from genkan.commands.checks import configured, copies, machine, packages, secrecy
from genkan.commands.checks.around import Around
from genkan.commands.checks.daemons import Loop
from genkan.commands.checks.examination import examined
from genkan.commands.checks.finding import Finding, ok
from test_refusals import bare

__all__ = ["bare"]

ROOT = Path(__file__).parents[2]
LONG_AGO = time.time() - 30 * 86_400


@pytest.fixture
def root(tmp_path: Path, bare: None) -> Path:
    for name in ("templates", "static", "requirements.txt"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def written(root: Path, *lines: str) -> None:
    (root / ".env").write_text("\n".join(lines) + "\n")
    (root / ".env").chmod(0o600)


def test_a_fresh_clone_has_no_fault_and_nothing_is_made(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(root.iterdir())
    assert table.VERBS["check"].run(root, ["--offline"]) == 0
    assert "0 faults, " in capsys.readouterr().out
    assert sorted(root.iterdir()) == before


def test_a_program_reads_the_same_as_JSON_and_sees_it_by_the_status(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(root, "ENVIRONMENT=production", f"SECRET_KEY={RANDOM.decode()}", "HOST=..", "SITENAME=A", "PORT")
    assert check.command(root, ["--offline", "--json"]) == 1
    said, complaint = capsys.readouterr()
    assert complaint == ""
    assert [(each["name"], each["state"]) for each in json.loads(said)] == [
        ("settings.env_file", "fault"),
        ("settings.HOST", "fault"),
        ("settings.BASE_URL", "fault"),
        ("settings.SITENAME", "fault"),
        ("everything else", "skipped"),
    ]
    assert RANDOM.decode() not in said


def test_people_read_what_to_do_below_what_was_found(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(root, "PORT=x")
    assert check.command(root, []) == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAULT    settings.PORT: must be a whole number from 1 to 65535",
        "         → correct PORT, then start the server again",
        "skipped  everything else: not looked at: the settings come first",
        "",
        "1 faults, 0 warnings, 1 skipped, 0 in order.",
    ]


def test_a_wrong_call_is_told_apart(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        check.command(root, ["--everything"])
    assert ended.value.code == 2
    with pytest.raises(SystemExit) as ended:
        check.command(root, ["--help"])
    assert (ended.value.code, "--offline" in capsys.readouterr().out) == (0, True)


@pytest.mark.parametrize(
    "arguments", [["copies"], ["copies", "--accept", "login"], ["--accept", "login"], ["--merge=login"]]
)
def test_what_is_a_designers_goes_to_their_tool(
    arguments: list[str], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "brand").mkdir()
    status = check.command(root, arguments)
    text = "".join(capsys.readouterr())
    assert (status, "BRAND_DIR is not set" in text, "There is no copy of templates/pages/login.html" in text) == (
        (0, True, False) if arguments == ["copies"] else (1, False, True)
    )


# Whatever hangs, there is a report.


async def never(around: Around) -> list[Finding]:
    await asyncio.Event().wait()
    raise AssertionError


async def broken(around: Around) -> list[Finding]:
    raise KeyError("a secret value")


async def quick(around: Around) -> list[Finding]:
    return [ok("quick", "done")]


def test_what_hangs_or_breaks_does_not_keep_the_others_from_being_told() -> None:
    checks = {"never": never, "broken": broken, "quick": quick}
    began = time.monotonic()
    found = asyncio.run(examined(around(Path()), checks, deadline=0.2))
    assert [(each.name, each.state) for each in found] == [
        ("never", "fault"),
        ("broken", "fault"),
        ("quick", "ok"),
    ]
    assert "a secret value" not in str(found)
    assert time.monotonic() - began < 5


def timed(environ: dict[str, str], *arguments: str) -> tuple["subprocess.CompletedProcess[str]", float]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), "check", "--json", *arguments],
        env=kept | environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return ended, time.monotonic() - began


def test_the_whole_ends_in_ten_seconds_where_everybody_hangs(root: Path) -> None:
    """Providers, mail server and database take the connection and say nothing; the site's own name leads nowhere."""
    with free_socket() as silent:
        port = silent.getsockname()[1]
        environ = {
            "ENVIRONMENT": "production",
            "SECRET_KEY": RANDOM.decode(),
            "BASE_URL": f"https://id.shop.invalid:{port}",
            "DATABASE_URL": f"postgresql://genkan@127.0.0.1:{port}/genkan",
            "SMTP_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_FROM": "no-reply@shop.jp",
            "OIDC_WORKS_ISSUER": f"https://127.0.0.1:{port}",
            "OIDC_WORKS_CLIENT_ID": "a",
            "OIDC_WORKS_CLIENT_SECRET": "b",
        }
        ended, took = timed(environ)
        _, without = timed(environ, "--offline")
    assert (ended.returncode, ended.stderr) == (1, "")
    faults = {each["name"] for each in json.loads(ended.stdout) if each["state"] == "fault"}
    assert {"provider.works.reachable", "mail.server", "database.reachable", "site.reachable"} <= faults
    assert took - without < 8  # what is not waiting is as slow as the machine is just now


async def names(*asked: str) -> list[object]:
    loop = asyncio.get_running_loop()
    return list(await asyncio.gather(*(loop.getaddrinfo(each, 80) for each in asked), return_exceptions=True))


def test_names_are_looked_up_without_being_waited_for() -> None:
    with asyncio.Runner(loop_factory=Loop) as runner:
        here, nowhere = runner.run(names("127.0.0.1", "nobody.invalid"))
        assert isinstance(here, list)
        assert isinstance(nowhere, socket.gaierror)
        loop = runner.get_loop()
        assert isinstance(loop, Loop)
        late: asyncio.Future[object] = loop.create_future()
        late.cancel()
        loop._look_up(late, ("127.0.0.1", 80), {})
        runner.run(asyncio.sleep(0))
    loop._look_up(late, ("127.0.0.1", 80), {})  # nobody is there any more


# Secrets.


def test_files_that_others_can_read_are_told(root: Path) -> None:
    written(root, "SITE_NAME=A")
    (root / "var").mkdir()
    (root / "var" / "secret_key").write_text(RANDOM.decode())
    (root / "var" / "secret_key").chmod(0o600)
    assert wrong(looked(secrecy.findings, around(root))) == []
    (root / ".env").chmod(0o644)
    (root / "var" / "secret_key").chmod(0o620)
    found = looked(secrecy.findings, around(root))
    assert wrong(found) == [("secrets.files", "fault"), ("secrets.files", "fault")]


def test_a_previous_secret_that_stands_too_long_is_told(root: Path) -> None:
    about = around(root, secret_key_previous=RANDOM[::-1])
    assert [each.state for each in looked(secrecy.findings, about)] == ["ok", "ok"]
    written(root, "SECRET_KEY_PREVIOUS=x")
    assert wrong(looked(secrecy.findings, about)) == []
    os.utime(root / ".env", (LONG_AGO, LONG_AGO))
    found = looked(secrecy.findings, about)
    assert wrong(found) == [("secrets.previous", "warning")]
    assert "30 days ago" in said(found, "secrets.previous")


def test_the_secret_of_this_machine_is_read_where_it_is(root: Path) -> None:
    (root / "var").mkdir()
    (root / "var" / "secret_key").write_text(RANDOM.decode())
    settings, _ = configured.read(root)
    assert settings is not None
    assert settings.secret_key == RANDOM


# Machine, packages, copies.


def test_the_machine_says_how_long_a_password_takes(root: Path) -> None:
    found = looked(machine.findings, around(root))
    assert [each.name for each in found] == ["machine.hashing", "machine.user"]
    assert machine.hashing(0.05, 2) == ok(
        "machine.hashing", "a password takes 50 ms to be checked here: 40 logins a second on 2 cores"
    )
    assert (machine.hashing(0.6, 1).state, machine.user(0).state, machine.user(1000).state) == (
        "warning",
        "warning",
        "ok",
    )


def test_packages_of_another_version_and_the_old_passlib_are_told(root: Path) -> None:
    assert wrong(looked(packages.findings, around(root))) == []
    (root / "requirements.txt").unlink()
    (root / "requirements.txt").write_text("# none\nidna==0.1\nno-such-package==1\n")
    found = packages.pinned(root)
    assert (found.state, "not 0.1; no-such-package missing, not 1" in found.text) == ("warning", True)
    assert (packages.old_passlib(True).state, packages.has("passlib")) == ("fault", False)


def test_copies_that_lag_behind_are_told(root: Path) -> None:
    assert wrong(looked(copies.findings, around(root))) == []
    (root / "brand" / "css").mkdir(parents=True)
    (root / "brand" / "css" / "own.css").write_text("a {")
    found = looked(copies.findings, around(root))
    assert [(each.name, each.state, each.text) for each in found] == [
        ("copies", "warning", "BRAND_DIR: css/own.css: line 1: { is never closed")
    ]

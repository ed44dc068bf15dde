"""How do tests run the commands of whoever keeps a site? In a folder that has what a clone has, beside real servers and databases."""

import asyncio
import contextlib
import http.client
import http.cookies
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from entrance import PASSWORD
from genkan.archive import age
from genkan.db import Database, prepare

ROOT = Path(__file__).parents[1]
SECRET = "4f1d9c0b7a2e8d6354f1d9c0b7a2e8d6"
PASSPHRASE = "five cranes in a row"
Command = Callable[[Path, list[str]], int]


def clone(folder: Path, **settings: str) -> Path:
    """A folder with the program, and these settings in its .env."""
    folder.mkdir(exist_ok=True)
    for name in ("schema.sql", "requirements.txt", "site", "templates", "static"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "run.py", folder)
    (folder / "passphrase").write_text(f"{PASSPHRASE}\n")
    if settings:
        (folder / ".env").write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        (folder / "var").mkdir(mode=0o700)
    return folder


class Said:
    """status: of the exit; out: standard output; err: standard error."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passphrase costs a second at its usual work; these guard nothing."""
    monkeypatch.setattr(age, "WORK", 4)


@pytest.fixture
def do(quick_passphrases: None, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command in this process. A wrong call has status 2."""

    def done(command: Command, root: Path, *arguments: object) -> Said:
        capsys.readouterr()
        try:
            status = command(root, [str(each) for each in arguments])
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return Said(status, out, err)

    return done


def fresh(url: str, name: str) -> str:
    """An empty PostgreSQL database beside this one."""

    async def make() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(make())
    return f"{url.rpartition('/')[0]}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """The URLs of empty databases of one kind, by a name."""
    if request.param == "sqlite":
        return lambda name: f"sqlite:///{tmp_path / name}.db"
    url: str = request.getfixturevalue("postgresql")
    base = url.rpartition("/")[2]
    return lambda name: fresh(url, f"{base}_{name}")


def asked(url: str, *statements: str) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement."""

    async def ask() -> list[list[tuple[Any, ...]]]:
        database = Database(url, patience=30)
        await database.connect()
        try:
            return [[tuple(row) for row in await database._rows(each, {})] for each in statements]
        finally:
            await database.disconnect()

    return asyncio.run(ask())


def filled(url: str, *, users: int = 3, schema: Path = ROOT / "schema.sql", upgrades: Path | None = None) -> str:
    """Tables, and a few people with all that they may have."""

    async def fill() -> None:
        database = Database(url, patience=30)
        await database.connect()
        await prepare(database, schema, 1, **({"upgrades": upgrades} if upgrades else {}))
        async with database.transaction():
            for number in range(users):
                await database.run(
                    "INSERT INTO users (id, name, email, created_at) VALUES (:id, :name, :email, 7)",
                    id=f"u{number}", name=f"花子 '{number}' \\ \N{SNOWMAN}\n", email=None if number % 2 else f"{number}@example.com",
                )  # fmt: skip
                await database.run(
                    "INSERT INTO sessions (id, user_id, method, created_at, expires_at)"
                    " VALUES (:id, :user, 'password', 1, 9223372036854775807)",
                    id=f"s{number}", user=f"u{number}",
                )  # fmt: skip
        await database.disconnect()

    asyncio.run(fill())
    return url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(root: Path, port: int, host: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """A server process of this folder, which answers by now."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    process = subprocess.Popen(
        [sys.executable, "run.py", "--port", str(port)], cwd=root, env=kept, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while status(port, "/healthz", host=host) != 200:
            assert process.poll() is None, process.communicate()[1].decode()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield process
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()


def status(port: int, path: str, cookie: str = "", host: str = "") -> int:
    """Of the answer; 0 where nobody answers. host: as people write it, where it is not this address and port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookie, "Host": host or f"127.0.0.1:{port}"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def sign_up(port: int, username: str, host: str = "") -> str:
    """A new person's session cookie."""
    fields = {"name": "Hanako", "email": f"{username}@example.com", "username": username, "password": PASSWORD}
    return posted(port, "/signup", fields, host)


def posted(port: int, path: str, fields: dict[str, str], host: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    headers["Host"] = host or f"127.0.0.1:{port}"
    connection.request("POST", path, urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    cookies: http.cookies.SimpleCookie = http.cookies.SimpleCookie()
    for value in answer.headers.get_all("set-cookie") or []:
        cookies.load(value)
    assert answer.status == 303, (answer.status, answer.read()[:2000])
    connection.close()
    return f"jwt={cookies['jwt'].value}"

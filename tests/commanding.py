"""How do tests run a command? As whoever runs the site would, on a real database, in this process or in one of its own."""

import asyncio
import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from entrance import running, settings_for
from genkan import clock
from genkan.accounts import creation
from genkan.accounts.administration import COMMAND
from genkan.accounts.creation import Asked
from genkan.accounts.hashing import Hasher
from genkan.accounts.services import Services
from genkan.commands import opened, table
from starlette.applications import Starlette

ROOT = Path(__file__).parents[1]
SECRET = hashlib.sha256(b"a secret of the commands' tests").hexdigest()  # one of words would be refused
PASSWORD = "seven lanterns by the river"
Value = TypeVar("Value")


class Answer(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Typed(io.StringIO):
    """Standard input that is no terminal."""

    def fileno(self) -> int:
        raise io.UnsupportedOperation


class House:
    """A root with an .env; the database is there already."""

    def __init__(self, root: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.database_url, self._monkeypatch = root, database_url, monkeypatch
        self.sets()

    def sets(self, **environ: str) -> None:
        lines = {"DATABASE_URL": self.database_url, "SECRET_KEY": SECRET} | environ
        (self.root / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in lines.items()))

    def __call__(self, line: str, *more: str, typed: str = "", status: int | None = 0) -> Answer:
        """The words of a line, and `more` that may have spaces. status: None for any."""
        verb, *arguments = line.split()
        out, err = io.StringIO(), io.StringIO()
        self._monkeypatch.setattr(sys, "stdin", Typed(typed))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                found = table.VERBS[verb].run(self.root, [*arguments, *more])
            except SystemExit as end:
                found = int(end.code or 0)
        answer = Answer(found, out.getvalue(), err.getvalue())
        assert status is None or answer.status == status, answer
        assert "Traceback" not in answer.err
        return answer

    def runs(self, work: Callable[[Services], Awaitable[Value]]) -> Value:
        """Something that a verb of accounts/ does, with the services that commands have."""

        async def done() -> Value:
            async with opened.services(self.root) as services:
                return await work(services)

        return asyncio.run(done())

    def serves(self, work: Callable[[Starlette], Awaitable[Value]], **changes: Any) -> Value:
        """Something that people do at the site meanwhile, with the clock of the commands and a quick hasher."""

        async def done() -> Value:
            hasher = Hasher(memory_kib=8, time_cost=1)
            settings = settings_for(self.database_url, secret_key=SECRET.encode(), **changes)
            async with running(settings, clock=clock.now, hasher=hasher) as app:  # type: ignore[arg-type]
                return await work(app)

        return asyncio.run(done())

    def rows(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        async def read(services: Services) -> list[dict[str, Any]]:
            return [dict(row._mapping) for row in await services.db._rows(sql, values)]

        return self.runs(read)

    def creates(self, username: str = "hanako", *, is_proven: bool = True, **changes: Any) -> str:
        """An account with a password, as `user create` makes it; its id."""
        asked = Asked(
            name="Hanako Yamada",
            email=f"{username}@example.com",
            username=username,
            password=PASSWORD,
            is_proven=is_proven,
        )
        return self.runs(lambda services: creation.create(services, COMMAND, asked, now=clock.now()))


def started(root: Path, *arguments: str, typed: str = "", **environ: str) -> Answer:
    """`python3 run.py …` in a process of its own, in an empty environment but for what is given."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    done = subprocess.run(
        [sys.executable, str(ROOT / "run.py"), *arguments],
        cwd=root, env=kept | environ, input=typed, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    root = tmp_path / "root"
    root.mkdir()
    for name in ("ENVIRONMENT", "DATABASE_URL", "SECRET_KEY", "BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return House(root, database_url, monkeypatch)

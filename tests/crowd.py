"""How do tests run a site of several processes? As run.py does, with a client for each of them that no other one answers."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from browsing import free_socket
from entrance import PASSWORD, SECRET

ROOT = Path(__file__).parents[1]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    text: str


@dataclass
class Client:
    """One connection, and so one process, as long as both last."""

    port: int
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.connection.connect()
        self.connection.auto_open = 0

    def ask(self, method: str, url: str, cookies: dict[str, str] | None = None, **fields: str) -> Answer:
        parts = urlsplit(url)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.connection.request(method, path, urlencode(fields) if method == "POST" else None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        found: SimpleCookie = SimpleCookie()
        for line in answer.headers.get_all("set-cookie", []):
            found.load(line)
        return Answer(
            answer.status,
            {name.lower(): value for name, value in answer.headers.items()},
            {name: each.value for name, each in found.items()},
            text,
        )

    def sign_up(self, username: str) -> Answer:
        return self.ask(
            "POST", "/signup", name="Hana", email=f"{username}@example.com", username=username, password=PASSWORD
        )

    def log_in(self, username: str, password: str = PASSWORD) -> Answer:
        return self.ask("POST", "/login", username=username, password=password)


@dataclass
class Crowd:
    """A site that runs. log: what its processes have said."""

    process: "subprocess.Popen[str]"
    port: int
    log: Path
    database_url: str
    clients: list[Client] = field(default_factory=list)

    @property
    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def one(self) -> Client:
        self.clients.append(Client(self.port))
        return self.clients[-1]

    def hang_up(self) -> None:
        while self.clients:
            self.clients.pop().connection.close()

    def of(self, worker: int) -> Client:
        """A client whom this worker answers: the others are held while it comes."""
        others = [pid for pid in self.workers if pid != worker]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            client = self.one()
            assert client.ask("GET", "/healthz").status == 200
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)
        return client

    def of_each(self) -> list[Client]:
        return [self.of(worker) for worker in self.workers]

    def lines(self) -> list[dict[str, Any]]:
        """Of the log, those that are whole by now; fails where they are mixed."""
        text = self.log.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["event"] == name]


def until(is_so: Callable[[], Any], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it has not come to that"
        time.sleep(0.02)


def free_port() -> int:
    with free_socket() as probe:
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def crowd(database_url: str, folder: Path, workers: int, root: Path = ROOT, **environ: str) -> Iterator[Crowd]:
    """Ends it by SIGTERM, and fails where it does not end well. root: the folder that run.py is in; environ: "" for what is not to be set."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    settings = {
        "SECRET_KEY": SECRET.decode(), "DATABASE_URL": database_url, "WORKERS": str(workers),
        "LOGIN_TRIES_PER_ADDRESS": "10000", "SIGNUPS_PER_ADDRESS": "10000",
    }  # fmt: skip
    with open(folder / "log", "w") as log, open(folder / "complaints", "w") as complaints:
        process = subprocess.Popen(
            [sys.executable, str(root / "run.py"), "--port", str(port)],
            env={name: value for name, value in (kept | settings | environ).items() if value},
            stdout=log,
            stderr=complaints,
            text=True,
        )
    site = Crowd(process, port, folder / "log", database_url)
    try:
        until(lambda: " is at http" in site.log.read_text() or process.poll() is not None)
        yield site
    finally:
        process.terminate()
        status = process.wait(40)
    assert status == 0

"""Do parent and worker know what they need of each other? Each of them in this process, the other one played or real. (F12)"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import free_socket
from crowd import ROOT, free_port, until
from entrance import Clock, running, settings_for
from genkan import opening, standing, start
from genkan.counting import Counting
from genkan.processes import parent
from genkan.standing import Standing
from test_run import first_answer

KEPT = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}


@pytest.fixture
def signals() -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(each) for each in numbers]
    yield
    for each, handler in zip(numbers, before, strict=True):
        signal.signal(each, handler)


@pytest.mark.parametrize(
    ("environ", "arguments", "is_parent"),
    [
        ({}, [], False),
        ({"WORKERS": "1"}, [], False),
        ({}, ["--workers", "2"], True),
        ({"WORKERS": " 2 "}, [], True),
        ({"ENVIRONMENT": "production"}, [], True),
        ({"METRICS_ADDRESS": "127.0.0.1:9464"}, [], True),
        ({"ENVIRONMENT": "production"}, ["--inherited", "3", "4"], False),
    ],
)
def test_there_are_workers_where_one_process_would_not_do(
    environ: dict[str, str], arguments: list[str], is_parent: bool, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in environ.items()))
    assert opening.has_workers(tmp_path, arguments) is is_parent


def test_nobody_reads_figures_unless_it_is_set(tmp_path: Path) -> None:
    assert opening.listening_for_metrics(settings_for(f"sqlite:///{tmp_path}/genkan.db")) is None


def test_what_cannot_be_served_is_refused_before_anybody_is_begun(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert parent.serve(tmp_path, ["--workers", "many"]) == 2
    with free_socket() as taken:
        port = taken.getsockname()[1]
        assert parent.serve(tmp_path, ["--workers", "2", "--port", str(port)]) == 1
        (tmp_path / ".env").write_text(f"METRICS_ADDRESS=127.0.0.1:{port}")
        assert parent.serve(tmp_path, ["--port", str(free_port())]) == 1
    complained = capfd.readouterr().err
    assert "WORKERS: must be a whole number from 1 to 64" in complained
    assert f"Choose another: --port {port + 1}" in complained
    assert "Choose another in METRICS_ADDRESS" in complained


def test_a_parent_serves_until_it_is_told_to_stop(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], signals: None
) -> None:
    """By a signal to ourselves, as Ctrl-C would be; the worker is a process of its own."""
    port, figures = free_port(), free_port()
    (tmp_path / ".env").write_text(
        f"DATABASE_URL=sqlite:///{tmp_path}/genkan.db\nMETRICS_ADDRESS=127.0.0.1:{figures}\n"
    )
    (tmp_path / "run.py").write_text(
        f"import sys\nfrom pathlib import Path\nsys.path[:0] = [{str(ROOT / 'site')!r}]\n"
        "from genkan import start\nsys.exit(start.serve(Path(__file__).parent, sys.argv[2:]))\n"
    )
    statuses: list[int] = []

    def press() -> None:
        until(lambda: first_answer(port) == 200, 60)
        statuses.append(first_answer(figures, "/metrics"))
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    assert parent.serve(tmp_path, ["--port", str(port)]) == 0
    thread.join()
    assert statuses == [200]
    said = capfd.readouterr().out
    assert said.count("Ctrl-C ends it") == 1
    assert '"path": "/healthz"' in said


class Played:
    """A parent, played: the other end of a worker's line."""

    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.bound = free_socket()
        self.lines = self.ours.makefile()

    def arguments(self) -> list[str]:
        return ["--inherited", str(self.theirs.detach()), str(self.bound.detach())]

    def heard(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.lines.readline())
        return found

    def say(self, **message: Any) -> None:
        self.ours.sendall(json.dumps(message).encode() + b"\n")

    def close(self) -> None:
        self.lines.close()
        self.ours.close()


def families(message: dict[str, Any]) -> dict[str, Any]:
    return {name: samples for name, _, _, samples in message["families"]}


@pytest.mark.parametrize("ending", ["told to leave", "the parent is gone"])
def test_a_worker_says_how_it_stands_and_leaves_when_it_is_told_to(
    tmp_path: Path, ending: str, capfd: pytest.CaptureFixture[str], signals: None
) -> None:
    played = Played()
    port = played.bound.getsockname()[1]
    (tmp_path / ".env").write_text(f"DATABASE_URL=sqlite:///{tmp_path}/genkan.db\n")
    heard: list[dict[str, Any]] = []

    def play() -> None:
        heard.append(played.heard())
        until(lambda: first_answer(port, "/login") == 200)
        for of_all in (True, False):
            played.say(families=of_all)
            heard.append(played.heard())
        if ending == "told to leave":
            played.say(leave=True)
            heard.append(played.heard())
        played.close()

    thread = threading.Thread(target=play)
    thread.start()
    assert start.serve(tmp_path, ["--port", str(port), *played.arguments()]) == 0
    thread.join()
    assert heard[0] == {"ready": 1}
    first, second = families(heard[1]), families(heard[2])
    assert first["genkan_database_up"] == [["genkan_database_up", {}, 1]]
    assert (first["genkan_workers"][0][2], first["genkan_sessions"][0][2]) == (1, 0)
    assert ["genkan_request_seconds_count", {"route": "/login", "method": "GET", "status": "2xx"}, 1.0] in first["genkan_request_seconds"]  # fmt: skip
    assert "genkan_sessions" not in second
    assert "is at http" not in capfd.readouterr().out
    if ending == "told to leave":
        assert "genkan_connections" not in families(heard[3])


@pytest.mark.anyio
async def test_a_database_that_does_not_answer_is_a_figure_too(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(standing, "PATIENCE", 0.1)
    async with running(settings_for(sqlite_url), clock=Clock()) as app:
        Path(sqlite_url.removeprefix("sqlite:///")).rename(tmp_path / "elsewhere")
        server: Any = type("Server", (), {"server_state": type("State", (), {"connections": (), "tasks": ()})})
        found = await Standing(app, Counting()).now(server, of_all=True)
        (tmp_path / "elsewhere").rename(sqlite_url.removeprefix("sqlite:///"))
    assert found[-1][3] == [["genkan_database_up", {}, 0]]


def begun(folder: Path, port: int, **stdout: Any) -> "subprocess.Popen[bytes]":
    environ = KEPT | {
        "DATABASE_URL": f"sqlite:///{folder}/genkan.db",
        "WORKERS": "2",
        "LOGIN_TRIES_PER_ADDRESS": "1000",
    }
    return subprocess.Popen([sys.executable, str(ROOT / "run.py"), "--port", str(port)], env=environ, **stdout)


def test_F12_nobody_who_reads_the_log_holds_the_site_up_and_workers_do_not_outlive_their_parent(tmp_path: Path) -> None:
    port = free_port()
    process = begun(tmp_path, port, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        until(lambda: first_answer(port) == 200)
        until(lambda: len(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()) == 2)
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        began = time.monotonic()
        for _ in range(200):  # more than the pipe takes, and nobody reads
            assert first_answer(port, f"/{'a' * 500}") == 404
        assert time.monotonic() - began < 100
        process.stdout.close()  # nobody ever will
        assert first_answer(port, "/login") == 200
    finally:
        process.kill()
        process.wait()
    assert len(workers) == 2
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))

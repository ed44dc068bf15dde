"""Does one command do everything? `python3 run.py`, as a person would start it."""

import http.client
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import free_socket
from entrance import SECRET
from genkan import start
from genkan.settings import SettingsFault, from_environment

import run

ROOT = Path(__file__).parents[1]
PARTS = ("run.py", "schema.sql", "requirements.txt", "requirements-dev.txt", "site", "templates", "static")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a fresh clone has, in an empty folder."""
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def free_port() -> int:
    with free_socket() as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(clone: Path, port: int, **environ: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    process = subprocess.Popen(
        [sys.executable, "run.py", "--port", str(port)], cwd=clone, env=kept | environ,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def first_answer(port: int, path: str = "/healthz") -> int:
    """The status of the first answer, within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    return 0


def test_serves_with_no_setting_and_ends_cleanly(clone: Path) -> None:
    port = free_port()
    with started(clone, port) as process:
        assert first_answer(port, "/login") == 200
        assert stat.S_IMODE((clone / "var").stat().st_mode) == 0o700
        assert stat.S_IMODE((clone / "var" / "secret_key").stat().st_mode) == 0o600
        assert stat.S_IMODE((clone / "var" / "genkan.db").stat().st_mode) == 0o600
        process.send_signal(signal.SIGINT)
        said, complained = process.communicate(timeout=15)
    assert process.returncode == 0, complained
    assert f"http://127.0.0.1:{port}/login" in said
    assert complained == ""
    assert not (clone / ".venv").exists()  # the packages are there already


def test_ends_cleanly_when_a_service_manager_says_so(clone: Path) -> None:
    port = free_port()
    with started(clone, port) as process:
        assert first_answer(port) == 200
        process.terminate()
        process.communicate(timeout=15)
    assert process.returncode == 0


def test_a_port_that_is_taken_is_said_in_a_sentence(clone: Path) -> None:
    with free_socket() as taken, started(clone, taken.getsockname()[1]) as process:
        _, complained = process.communicate(timeout=15)
    assert process.returncode == 1
    assert "cannot be used" in complained
    assert "Traceback" not in complained


def test_wrong_settings_are_all_said_at_once(clone: Path) -> None:
    with started(clone, free_port(), ENVIRONMENT="production", DEV_PROVIDER="on") as process:
        _, complained = process.communicate(timeout=15)
    assert process.returncode == 2
    assert [each for each in ("BASE_URL", "SECRET_KEY", "DEV_PROVIDER") if each in complained] == [
        "BASE_URL",
        "SECRET_KEY",
        "DEV_PROVIDER",
    ]
    assert not (clone / "var" / "secret_key").exists()


def test_a_database_that_cannot_be_used_is_said_in_a_sentence(clone: Path) -> None:
    (clone / "var").mkdir()
    (clone / "var" / "genkan.db").write_bytes(b"no database at all" * 1000)
    with started(clone, free_port()) as process:
        _, complained = process.communicate(timeout=15)
    assert process.returncode == 1
    assert "genkan.db cannot be used" in complained


def test_another_verb_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["dance"]) == 2
    assert "serve, test, tools" in capsys.readouterr().err


def test_knows_whether_the_packages_are_there(tmp_path: Path) -> None:
    assert run.has_packages("requirements-dev.txt")
    assert ("starlette", "1.10.0") in run.pinned("requirements-dev.txt")


def test_what_is_set_on_the_command_line_beats_the_environment_and_that_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=1\nHOST=::1\nSITE_NAME=From the file\n")
    monkeypatch.setenv("PORT", "2")
    monkeypatch.setenv("HOST", "127.0.0.1")
    found = start.environment(tmp_path, ["--port", "3"])
    assert (found["PORT"], found["HOST"], found["SITE_NAME"]) == ("3", "127.0.0.1", "From the file")


def test_two_that_start_first_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    assert len({start.secret(path) for _ in range(5)}) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_production_keeps_nothing_in_var_and_needs_its_own_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault):
        start.prepared(tmp_path, {"ENVIRONMENT": "production"})
    settings = start.prepared(
        tmp_path, {"ENVIRONMENT": "production", "BASE_URL": "https://id.example.com", "SECRET_KEY": SECRET.decode()}
    )
    assert not (tmp_path / "var").exists()
    assert "/dev/provider" not in start.welcome(settings)


def test_listens_on_either_kind_of_address() -> None:
    for host, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
        settings = from_environment({"HOST": host, "PORT": str(free_port())}, made_secret=SECRET.decode())
        with start.listening(settings) as bound:
            assert bound.family == family


def test_refuses_in_this_process_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE_URL", "nowhere")
    assert start.serve(tmp_path, []) == 2
    monkeypatch.delenv("BASE_URL")
    with free_socket() as taken:
        assert start.serve(tmp_path, ["--port", str(taken.getsockname()[1])]) == 1
    (tmp_path / "var" / "genkan.db").write_bytes(b"no database at all" * 1000)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/var/genkan.db")
    before = signal.getsignal(signal.SIGTERM)
    assert start.serve(tmp_path, ["--port", str(free_port())]) == 1
    signal.signal(signal.SIGTERM, before)
    assert "cannot be used" in capsys.readouterr().err


def test_serves_and_stops_in_this_process_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a signal to ourselves, as Ctrl-C would be."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/a.db")
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    timer = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    assert start.serve(tmp_path, ["--port", str(free_port())]) == 0
    timer.join()
    assert "Ctrl-C ends it" in capsys.readouterr().out
    for each, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
        signal.signal(each, handler)

"""Does one command do everything? `python3 run.py`, as a person would start it."""

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import free_socket
from entrance import settings_for
from genkan import opening, start, surroundings
from genkan.db import DatabaseFault
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
    try:
        yield process
    finally:
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


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """run.py beside a list of one package, which is in the folder `packages` and nowhere else."""
    shutil.copy(ROOT / "run.py", tmp_path / "run.py")
    (tmp_path / "requirements.txt").write_text("genkan-probe==1.0\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\n")
    (tmp_path / "packages").mkdir()
    for version in ("1.0", "2.0"):
        about = f"genkan_probe-{version}.dist-info"
        with zipfile.ZipFile(tmp_path / "packages" / f"genkan_probe-{version}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: genkan-probe\nVersion: {version}\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
    return tmp_path


def tools(bare: Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    from_folder = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(bare / "packages"), "PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "run.py", "tools"], cwd=bare, env=from_folder | environ, capture_output=True, text=True, check=False
    )  # fmt: skip


def test_with_nothing_installed_it_makes_an_environment_once_and_renews_it_when_the_list_changes(bare: Path) -> None:
    first = tools(bare)
    assert (first.returncode, first.stdout) == (0, f"{bare}/.venv/bin/python\n")
    assert f"Making {bare}/.venv" in first.stderr
    assert "Installing 1 packages" in first.stderr
    second = tools(bare)
    assert (second.returncode, second.stdout, second.stderr) == (0, first.stdout, "")
    (bare / "requirements.txt").write_text("genkan-probe==2.0\n")
    third = tools(bare)
    assert (third.returncode, third.stdout) == (0, first.stdout)
    assert "Making" not in third.stderr
    assert "Installing 1 packages" in third.stderr
    shutil.rmtree(next((bare / ".venv").glob("lib/*/site-packages/genkan_probe-2.0.dist-info")))
    broken = tools(bare)
    assert (broken.returncode, "is not whole. Remove it" in broken.stderr) == (1, True)


def test_what_cannot_be_installed_is_said_in_a_sentence(bare: Path) -> None:
    (bare / "requirements.txt").write_text("genkan-probe==3.0\n")
    (bare / "shadow").mkdir()
    (bare / "shadow" / "venv.py").write_text("raise SystemExit(1)")  # as Debian without python3-venv
    without = tools(bare, PYTHONPATH=str(bare / "shadow"))
    assert (without.returncode, "apt-get install python3-venv" in without.stderr) == (1, True)
    failed = tools(bare)
    assert (failed.returncode, "could not be installed" in failed.stderr) == (1, True)
    assert not (bare / ".venv" / "requirements-dev.txt.sha256").exists()


def test_an_old_passlib_beside_libpass_is_not_what_is_needed(bare: Path) -> None:
    """Both install into one folder, and the last one wins."""
    about = bare / "path" / "passlib-1.7.4.dist-info"
    for name, version in (("genkan_probe", "1.0"), ("passlib", "1.7.4")):
        about = bare / "path" / f"{name}-{version}.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        if name == "genkan_probe":
            assert tools(bare, PYTHONPATH=str(bare / "path")).stdout == f"{sys.executable}\n"
    assert "Making" in tools(bare, PYTHONPATH=str(bare / "path")).stderr


def test_another_verb_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["dance"]) == 2
    assert "`python3 run.py help` lists" in capsys.readouterr().err


def test_knows_whether_the_packages_are_there(tmp_path: Path) -> None:
    assert run.has_packages("requirements-dev.txt")
    assert ("starlette", "1.10.0") in run.pinned("requirements-dev.txt")


def test_what_is_set_on_the_command_line_beats_the_environment_and_that_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PORT=1\nHOST=::1\nSITE_NAME=From the file\n")
    monkeypatch.setenv("PORT", "2")
    monkeypatch.setenv("HOST", "127.0.0.1")
    found = opening.environment(surroundings.read(tmp_path), ["--port", "3"])
    assert (found["PORT"], found["HOST"], found["SITE_NAME"]) == ("3", "127.0.0.1", "From the file")


def test_two_that_start_first_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    assert len({opening.secret(path) for _ in range(5)}) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


RANDOM = "5d0c47e1b9f2386a7e84c1d05f93ab26"
PRODUCTION = {"ENVIRONMENT": "production", "BASE_URL": "https://id.example.com", "SECRET_KEY": RANDOM}


def test_production_needs_its_own_secret_and_keeps_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsFault):
        opening.prepared(tmp_path, {"ENVIRONMENT": "production"})
    settings = opening.prepared(tmp_path, PRODUCTION)
    assert list((tmp_path / "var").iterdir()) == []
    assert "/dev/" not in opening.welcome(settings)


def test_development_says_where_its_mails_and_its_gallery_are(tmp_path: Path) -> None:
    said = opening.welcome(opening.prepared(tmp_path, {}))
    assert "http://127.0.0.1:8000/dev/mail" in said
    assert "http://127.0.0.1:8000/dev/gallery" in said


def test_production_with_a_database_elsewhere_keeps_nothing_here(tmp_path: Path) -> None:
    opening.prepared(tmp_path, PRODUCTION | {"DATABASE_URL": "postgresql://there/genkan"})
    assert not (tmp_path / "var").exists()


def test_a_folder_where_nothing_can_be_kept_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(SettingsFault, match="nothing can be kept there"):
        opening.prepared(tmp_path, {})


@pytest.mark.anyio
async def test_a_database_that_does_not_answer_is_said_in_a_sentence(sqlite_url: str, tmp_path: Path) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(opening.CannotServe, match="does not answer"):
            await start.try_out(settings_for(sqlite_url), patience=0.1)
    other.close()
    with pytest.raises(DatabaseFault, match=r"nowhere/genkan.db cannot be a file .*No such file or directory"):
        await start.try_out(settings_for(f"sqlite:///{tmp_path}/nowhere/genkan.db"))


def test_listens_on_either_kind_of_address() -> None:
    for host, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
        settings = from_environment({"HOST": host, "PORT": str(free_port())}, made_secret=RANDOM)
        with opening.listening(settings) as bound:
            assert bound.family == family


def test_a_folder_of_the_teams_own_that_cannot_be_used_is_said_before_anything_is_served(clone: Path) -> None:
    (clone / "brand" / "css").mkdir(parents=True)
    (clone / "brand" / "css" / "own.css").write_text("a {")
    with started(clone, free_port(), BRAND_DIR="brand") as process:
        _, complained = process.communicate(timeout=15)
    assert process.returncode == 2
    assert complained == "These settings cannot be used:\nBRAND_DIR: css/own.css: line 1: { is never closed.\n"


def test_the_tools_of_designers_are_reached_by_their_verbs(clone: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    statuses = [
        subprocess.run([sys.executable, "run.py", *line.split()], cwd=clone, env=environ, check=False).returncode
        for line in ("copy-template login", "copy-template login", "check")
    ]
    assert statuses == [0, 1, 0]
    assert (clone / "brand" / "templates" / "pages" / "login.html").is_file()


def test_refuses_in_this_process_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".env").write_text("BASE_URL=nowhere")
    assert start.serve(tmp_path, []) == 2
    (tmp_path / ".env").unlink()
    with free_socket() as taken:
        assert start.serve(tmp_path, ["--port", str(taken.getsockname()[1])]) == 1
    (tmp_path / "var" / "genkan.db").write_bytes(b"no database at all" * 1000)
    assert start.serve(tmp_path, ["--port", str(free_port())]) == 1
    complained = capfd.readouterr().err
    assert "BASE_URL: " in complained
    assert complained.count("cannot be used") == 3


def test_serves_and_stops_in_this_process_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """By a signal to ourselves, as Ctrl-C would be."""
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    port = free_port()

    def press() -> None:
        while not first_answer(port):  # pressed before, it would end the tests
            pass
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    assert start.serve(tmp_path, ["--port", str(port)]) == 0
    thread.join()
    said = capfd.readouterr().out
    assert "Ctrl-C ends it" in said
    assert '"path": "/healthz"' in said
    for each, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
        signal.signal(each, handler)

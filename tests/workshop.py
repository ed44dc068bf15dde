"""How do tests work as a designer does? A copy of the site that runs as a process of its own, and files that are saved in it."""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from browsing import free_socket

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("run.py", "schema.sql", "requirements.txt", "site", "templates", "static")
PATIENCE = 20  # seconds for the first answer


class Workshop:
    """folder: of the copy; url: where it is served."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process = self._started()

    def _started(self) -> "subprocess.Popen[str]":
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        command = [sys.executable, "run.py", "--port", str(self.port)]
        with (self.folder / "log").open("a") as log:
            process = subprocess.Popen(command, cwd=self.folder, env=kept, stdout=log, stderr=log, text=True)
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.02)
        return process

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def ended(self) -> float:
        """Ctrl-C. Returns the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - began

    def start_again(self) -> None:
        self.ended()
        self.process = self._started()

    @contextlib.contextmanager
    def saved(self, name: str, old: str, new: str) -> Iterator[None]:
        """While inside, the file says something else. Saved as most editors do: a new file takes the place of the old."""
        path = self.folder / name
        before = path.read_text()
        assert old in before, f"{name}: {old}"
        self.save(path, before.replace(old, new, 1))
        yield
        self.save(path, before)

    def save(self, path: Path, text: str) -> None:
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text)
        beside.replace(path)


@contextlib.contextmanager
def workshop(folder: Path) -> Iterator[Workshop]:
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    with free_socket() as probe:
        port = probe.getsockname()[1]
    made = Workshop(folder, port)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.wait()

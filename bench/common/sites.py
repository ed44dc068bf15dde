"""How is the site started that is measured? As `run.py` does it, in production; or by server.py here, which can be made to fail."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from bench.common.browsers import BROKEN, HOST, Browser
from bench.common.machine import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
SECRET: Final = secrets.token_hex(32)
OURS: Final = ("bench/common/server.py",)  # with options of its own
PATIENCE: Final = 60.0  # seconds


class CannotStart(Exception):
    """With what it said."""


class Site:
    """One that runs. log: where its lines go."""

    def __init__(self, process: "subprocess.Popen[Any]", port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log
        self.pid = process.pid
        self.took = 0.0  # seconds to the first answer

    def kill(self) -> None:
        """The whole process group, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, patience: float = 30.0) -> int:
        """As a supervisor ends it. Returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def said(self, word: str) -> int:
        """How many lines of its log have this word."""
        return sum(word in line for line in self.log.read_text(errors="replace").splitlines())

    async def is_ready(self, path: str = "/healthz") -> bool:
        async with Browser(self.port, patience=5) as browser:
            with contextlib.suppress(*BROKEN):
                return (await browser.get(path)).status == 200
        return False


def settings(url: str, **more: str) -> dict[str, str]:
    """Of production, with limits that do not stand in a measurement's way."""
    return {
        "DATABASE_URL": url,
        "ENVIRONMENT": "production",
        "BASE_URL": f"https://{HOST}",
        "SECRET_KEY": SECRET,
        "TRUSTED_PROXIES": "127.0.0.1",
        "LOGIN_TRIES_PER_ADDRESS": "1000000",
        "LOGIN_TRIES_PER_ACCOUNT": "100",
        "SIGNUPS_PER_ADDRESS": "1000000",
        "OAUTH_STARTS_PER_ADDRESS": "1000000",
        **more,
    }


def begun(
    url: str, log: Path, options: Sequence[str] | None = None, *, more: dict[str, str] | None = None, **popen: Any
) -> Site:
    """A process that starts. options: of server.py; None: run.py itself. more: settings; popen: of subprocess.Popen."""
    port = free_port()
    program = ["run.py"] if options is None else [*OURS, *options]
    command = [sys.executable, *program, "--port", str(port)]
    environ = os.environ | settings(url, **(more or {}))
    with log.open("ab") as written:
        popen = {"stdout": written, "stderr": written} | popen
        process = subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True, **popen)
    return Site(process, port, log)


async def answering(site: Site, *, patience: float = PATIENCE) -> Site:
    """Once it answers. Raises CannotStart."""
    began = time.monotonic()
    while not await site.is_ready():
        if site.process.poll() is not None or time.monotonic() > began + patience:
            site.kill()
            raise CannotStart(site.log.read_text(errors="replace")[-2000:])
        await asyncio.sleep(0.02)
    site.took = time.monotonic() - began
    return site


@contextlib.asynccontextmanager
async def site(url: str, folder: Path, options: Sequence[str] | None = None, **more: Any) -> AsyncIterator[Site]:
    """One that answers, and is stopped afterwards."""
    found = begun(url, folder / f"site-{secrets.token_hex(3)}.log", options, **more)
    try:
        yield await answering(found)
    finally:
        if found.process.poll() is None:
            found.stop()
        found.kill()

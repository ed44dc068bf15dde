"""Does anybody notice a restart? Requests without pause, while workers are told to reload, or to end, every few seconds. (F11)

`python3 bench/restart.py 60 4`: for so many seconds, every so many. Bar: no request fails, and nobody is logged out.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 2
KEPT, FRESH = 8, 4  # clients that keep their connection, and such that open one for each request
RATE = 200  # requests a second, together
PASSWORD = "seven lanterns by the river"


@dataclass
class Noted:
    answers: int = 0
    slowest: float = 0.0
    reloads: int = 0
    stopped: int = 0
    failures: list[str] = field(default_factory=list)


class Client:
    """Raw HTTP: what a pool or a proxy hides would be hidden from us, too."""

    def __init__(self, port: int, keeps: bool) -> None:
        self.port, self.keeps, self.cookie = port, keeps, ""
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, **fields: str) -> tuple[int, bytes]:
        """The status and the head of the answer."""
        if (
            self.reader is None or self.reader.at_eof()
        ):  # closed while nothing was under way: as every proxy, look first
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.writer is not None
        body = urlencode(fields)
        self.writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = await self.reader.readuntil(b"\r\n\r\n")
        await self.reader.readexactly(int(after(head, b"content-length: ") or 0))
        if not self.keeps or b"connection: close" in head:
            self.writer.close()
            self.reader = None
        return int(head[9:12]), head

    async def sign_up(self, name: str) -> None:
        _, head = await self.ask(
            "POST", "/signup", name="Hana", email=f"{name}@example.com", username=name, password=PASSWORD
        )
        self.cookie = "jwt=" + after(head, b"set-cookie: jwt=").decode().partition(";")[0]


def after(head: bytes, name: bytes) -> bytes:
    return head.partition(name)[2].partition(b"\r\n")[0]


async def go_on(client: Client, number: int, until: float, noted: Noted) -> None:
    """Two pages and now and then a login, as fast as the rate has it."""
    count = 0
    while time.monotonic() < until:
        began = time.monotonic()
        count += 1
        asked = ("POST", "/login") if count % 40 == 0 else ("GET", ("/account", "/login")[count % 2])
        fields = {"username": f"person{number}", "password": PASSWORD} if asked[0] == "POST" else {}
        try:
            status, head = await client.ask(*asked, **fields)
            noted.answers += 1
            if status != {"/account": 200}.get(asked[1], status) or status not in (200, 303):
                noted.failures.append(f"{asked} answered {status}")
            elif status == 303 and asked[0] == "POST":
                client.cookie = "jwt=" + after(head, b"set-cookie: jwt=").decode().partition(";")[0]
        except (OSError, asyncio.IncompleteReadError) as error:
            noted.failures.append(f"{asked} {type(error).__name__}")
            client.reader = None
        noted.slowest = max(noted.slowest, time.monotonic() - began)
        await asyncio.sleep(max(0.0, (KEPT + FRESH) / RATE - (time.monotonic() - began)))


async def disturb(parent: int, every: float, until: float, noted: Noted) -> None:
    """By turns: all of them are exchanged, one of them is told to end."""
    while time.monotonic() + every < until:
        await asyncio.sleep(every)
        workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if noted.reloads <= noted.stopped or not workers:
            os.kill(parent, signal.SIGHUP)
            noted.reloads += 1
        else:
            os.kill(int(workers[0]), signal.SIGTERM)
            noted.stopped += 1


async def drive(port: int, parent: int, seconds: float, every: float) -> Noted:
    noted = Noted()
    clients = [Client(port, keeps=each < KEPT) for each in range(KEPT + FRESH)]
    for number, client in enumerate(clients):
        await client.sign_up(f"person{number}")
    until = time.monotonic() + seconds
    work = [go_on(client, number, until, noted) for number, client in enumerate(clients)]
    await asyncio.gather(*work, disturb(parent, every, until, noted))
    return noted


def main(seconds: float, every: float) -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        environ = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/genkan.db", "LOGIN_TRIES_PER_ADDRESS": "1000000", "DEV_PROVIDER": "off"
        }  # fmt: skip
        command = [sys.executable, str(ROOT / "run.py"), "--port", str(port), "--workers", str(WORKERS)]
        with open(f"{folder}/log", "w+") as log:
            parent = subprocess.Popen(command, env=environ, stdout=log)
            try:
                while "is at http" not in Path(log.name).read_text():
                    time.sleep(0.05)
                noted = asyncio.run(drive(port, parent.pid, seconds, every))
            finally:
                parent.terminate()
                status = parent.wait()
    for failure in noted.failures[:20]:
        print(f"  {failure}")
    print(
        f"{noted.reloads} reloads, {noted.stopped} workers stopped, {noted.answers} answers, slowest {noted.slowest:.2f} s; "
        f"{len(noted.failures)} failed (bar: 0); end with status {status} (bar: 0)"
    )
    return 0 if not noted.failures and status == 0 and noted.reloads else 1


if __name__ == "__main__":
    asked = [float(each) for each in sys.argv[1:3]]
    sys.exit(main(*asked, *(60.0, 4.0)[len(asked) :]))

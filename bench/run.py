"""How quick is the site, beside what the machine can do? Ratios of one run: `python3 bench/run.py` after `python3 run.py tools`.

Measured side by side, in turns: the site as it is in production, and a bare Starlette beside it on the same server; logins, and a bare argon2id loop.
"""

import asyncio
import contextlib
import os
import secrets
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "site"))

from passlib.hash import argon2

Measure = Callable[[], Awaitable[float]]

ROUNDS, SECONDS = 5, 1.5
HOST = "id.example.com"
PASSWORD = "seven lanterns by the river"
BARE = """
import sqlite3, sys
sys.path.insert(0, sys.argv[1])
import socket
from genkan import server
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
page = Environment(autoescape=True).from_string(
    "<!doctype html><title>{{ name }}</title>" + "<p>{{ name }} · {{ email }}</p>" * 20)
constant = open(sys.argv[3]).read()
database = sqlite3.connect(sys.argv[2])
async def signed_in(request):
    name, email = database.execute("SELECT name, email FROM users WHERE id = ?", ("1",)).fetchone()
    return HTMLResponse(page.render(name=name, email=email))
async def login(request):
    return HTMLResponse(constant)
bound = socket.socket(); bound.bind(("127.0.0.1", int(sys.argv[4]))); bound.listen(128)
server.run(Starlette(routes=[Route("/account", signed_in), Route("/login", login)]), bound)
"""


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder, site(folder) as port, bare(folder, port) as bare_port:
        cookie = await signed_up(port, "hanako")
        print(
            f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of {ROUNDS} rounds in turns, {SECONDS} s each\n"
        )
        mine, theirs = await in_turns(lambda: pages(port, "/account", cookie), lambda: pages(bare_port, "/account"))
        verdict(
            "signed-in page, of a bare page with one SELECT",
            mine / theirs,
            0.50,
            f"{mine:.0f} and {theirs:.0f} a second",
        )
        mine, theirs = await in_turns(lambda: pages(port, "/login"), lambda: pages(bare_port, "/login"))
        verdict("login page, of a constant page", mine / theirs, 0.50, f"{mine:.0f} and {theirs:.0f} a second")
        mine, theirs = await in_turns(lambda: logins(port, 32), hashes)
        verdict("logins, of the raw argon2id rate", mine / theirs, 0.95, f"{mine:.1f} and {theirs:.1f} a second")
        waited = await while_many_log_in(port)
        one_hash = hash_time()
        verdict(
            "one hash, of the login page's p99 while 32 log in",
            one_hash / waited,
            1.0,
            f"{one_hash * 1000:.0f} ms and {waited * 1000:.0f} ms",
        )


def verdict(what: str, ratio: float, budget: float, figures: str) -> None:
    print(
        f"{'ok    ' if ratio >= budget else 'missed'} {what}: {ratio:.2f} (budget {budget:.2f}; {figures})", flush=True
    )


@contextlib.contextmanager
def site(folder: str) -> Iterator[int]:
    port = free_port()
    environ = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/genkan.db",
        "LOGIN_TRIES_PER_ADDRESS": "1000000",
        "LOGIN_TRIES_PER_ACCOUNT": "100",
        "ENVIRONMENT": "production",
        "BASE_URL": f"https://{HOST}",
        "SECRET_KEY": secrets.token_hex(32),
    }
    with running([sys.executable, str(ROOT / "run.py"), "--port", str(port)], port, environ):
        yield port


@contextlib.contextmanager
def bare(folder: str, site_port: int) -> Iterator[int]:
    database = sqlite3.connect(f"{folder}/bare.db")
    database.executescript(
        "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, email TEXT); INSERT INTO users VALUES ('1', 'Hanako', 'h@example.com');"
    )
    database.close()
    page = Path(folder, "page.html")
    page.write_text("<!doctype html><title>x</title>" + "x" * 3000)
    program = Path(folder, "bare.py")
    program.write_text(BARE)
    port = free_port()
    with running(
        [sys.executable, str(program), str(ROOT / "site"), f"{folder}/bare.db", str(page), str(port)],
        port,
        dict(os.environ),
    ):
        yield port


@contextlib.contextmanager
def running(command: list[str], port: int, environ: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


async def in_turns(mine: Measure, theirs: Measure) -> tuple[float, float]:
    found: list[tuple[float, float]] = [(await mine(), await theirs()) for _ in range(ROUNDS)]
    return statistics.median(each[0] for each in found), statistics.median(each[1] for each in found)


async def pages(port: int, path: str, cookie: str = "", connections: int = 8) -> float:
    """Answers a second."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\n\r\n".encode()
    until = time.monotonic() + SECONDS
    counts = await asyncio.gather(*(repeated(port, request, until) for _ in range(connections)))
    return sum(map(len, counts)) / SECONDS


async def logins(port: int, connections: int) -> float:
    body = urlencode({"username": "hanako", "password": PASSWORD})
    request = form(port, "/login", body)
    until = time.monotonic() + SECONDS * 2
    counts = await asyncio.gather(*(repeated(port, request, until, status=b"303") for _ in range(connections)))
    return sum(map(len, counts)) / (SECONDS * 2)


async def repeated(port: int, request: bytes, until: float, status: bytes = b"200", pause: float = 0) -> list[float]:
    """The times that answers took, one after another on one connection."""
    times = []
    async with connection(port) as (reader, writer):
        while time.monotonic() < until:
            began = time.monotonic()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            assert head.split(b" ")[1] == status, head
            times.append(time.monotonic() - began)
            await asyncio.sleep(pause)
    return times


async def hashes() -> float:
    """argon2id verifications a second, in as many threads as there are cores, with nothing else."""
    hasher = argon2.using(type="ID", memory_cost=19_456, rounds=2, parallelism=1)
    kept = hasher.hash(PASSWORD)
    cores = len(os.sched_getaffinity(0))

    def loop() -> int:
        until, count = time.monotonic() + SECONDS * 2, 0
        while time.monotonic() < until:
            hasher.verify(PASSWORD, kept)
            count += 1
        return count

    with ThreadPoolExecutor(cores) as pool:
        counts = await asyncio.gather(*(asyncio.get_running_loop().run_in_executor(pool, loop) for _ in range(cores)))
    return sum(counts) / (SECONDS * 2)


def hash_time() -> float:
    hasher = argon2.using(type="ID", memory_cost=19_456, rounds=2, parallelism=1)
    kept, times = hasher.hash(PASSWORD), []
    for _ in range(15):
        began = time.monotonic()
        hasher.verify(PASSWORD, kept)
        times.append(time.monotonic() - began)
    return statistics.median(times)


async def while_many_log_in(port: int) -> float:
    """The 99th percentile of the login page while 32 connections log in without pause, in seconds."""
    get = f"GET /login HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    post = form(port, "/login", urlencode({"username": "hanako", "password": PASSWORD}))
    until = time.monotonic() + 6
    storm = [asyncio.create_task(repeated(port, post, until, status=b"303")) for _ in range(32)]
    await asyncio.sleep(1)
    times = await repeated(port, get, until, pause=0.005)
    await asyncio.gather(*storm)
    return sorted(times)[int(len(times) * 0.99)]


async def signed_up(port: int, username: str) -> str:
    """The cookie of a new account."""
    body = urlencode({"name": "Hanako", "email": "h@example.com", "username": username, "password": PASSWORD})
    async with connection(port) as (reader, writer):
        writer.write(form(port, "/signup", body))
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    return next(
        line.split(": ")[1].split(";")[0]
        for line in head.split("\r\n")
        if line.lower().startswith("set-cookie: __host-jwt=")
    )


def form(port: int, path: str, body: str) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


@contextlib.asynccontextmanager
async def connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())

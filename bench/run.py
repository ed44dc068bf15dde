"""How quick is the site, beside what the machine can do? Ratios of one run: `python3 bench/run.py` after `python3 run.py tools`.

`--database postgresql`; `--users 1000000`: with so many people in it (the budgets are the same).

Measured side by side, in turns: the site as it is in production, and a bare Starlette beside it on a plain uvicorn; logins, and a
bare argon2id loop. This program is the browsers, too, and shares the cores with the servers: where a server answers quicker than
it can ask, the rate is this program's. The CPU time that a server spends on one answer is free of that, and of other programs.
"""

import argparse
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
from typing import NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from passlib.hash import argon2

from bench.common.engines import KINDS, database
from bench.common.machine import cpu
from bench.common.seeding import seed

ROUNDS, SECONDS, CONNECTIONS = 5, 1.5, 32
MISSED: list[str] = []
HOST = "id.example.com"
PASSWORD = "seven lanterns by the river"
BARE = """
import asyncio, os, socket, sqlite3, sys
from concurrent.futures import ThreadPoolExecutor
import uvicorn
from jinja2 import Environment
from passlib.hash import argon2
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route
page = Environment(autoescape=True).from_string(
    "<!doctype html><title>{{ name }}</title>" + "<p>{{ name }} · {{ email }}</p>" * 20)
constant = open(sys.argv[2]).read()
database = sqlite3.connect(sys.argv[1])
hasher = argon2.using(type="ID", memory_cost=19_456, rounds=2, parallelism=1)
kept, pool = hasher.hash(sys.argv[4]), ThreadPoolExecutor(len(os.sched_getaffinity(0)))
async def signed_in(request):
    name, email = database.execute("SELECT name, email FROM users WHERE id = ?", ("1",)).fetchone()
    return HTMLResponse(page.render(name=name, email=email))
async def login(request):
    if request.method == "POST":
        await request.body()
        assert await asyncio.get_running_loop().run_in_executor(pool, hasher.verify, sys.argv[4], kept)
        return RedirectResponse("/account", 303)
    return HTMLResponse(constant)
bound = socket.socket(); bound.bind(("127.0.0.1", int(sys.argv[3]))); bound.listen(128)
app = Starlette(routes=[Route("/account", signed_in), Route("/login", login, methods=["GET", "POST"])])
uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning")).run(sockets=[bound])
"""


class Server(NamedTuple):
    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds of CPU time that it and its workers have had so far, all threads of them."""
        return cpu(self.pid)


class Measured(NamedTuple):
    """rate: answers a second; cpu: seconds of the server's CPU time for each."""

    rate: float
    cpu: float


async def main(asked: argparse.Namespace) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        database(asked.database) as kept,
        site(kept.url) as ours,
        bare(folder) as plain,
    ):
        people = max(asked.users, CONNECTIONS)
        await seed(kept, people)
        cookie = await signed_up(ours.port, "hanako")
        print(
            f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; load {os.getloadavg()[0]:.1f}, {asked.database}, {people:,} people; "
            f"medians of {ROUNDS} rounds in turns, {SECONDS} s each\n"
        )
        await compared("signed-in page, of a bare page with one SELECT", ours, plain, "/account", cookie)
        await compared("login page, of a constant page", ours, plain, "/login")
        await logged_in(ours, plain)
        waited, one_hash = await while_many_log_in(ours.port), hash_time()
        figures = f"{one_hash * 1000:.0f} ms and {waited * 1000:.0f} ms"
        verdict("one hash, of the login page's p99 while 32 log in", one_hash / waited, 1.0, figures)
    return 1 if MISSED else 0


async def compared(what: str, ours: Server, plain: Server, path: str, cookie: str = "") -> None:
    mine, theirs = await in_turns(lambda: pages(ours, path, cookie), lambda: pages(plain, path))
    verdict(what, mine.rate / theirs.rate, 0.50, f"{mine.rate:.0f} and {theirs.rate:.0f} a second")
    cpu = f"{mine.cpu * 1e6:.0f} µs and {theirs.cpu * 1e6:.0f} µs of the server's CPU time for each"
    verdict("  the same by CPU time", theirs.cpu / mine.cpu, 0.50, cpu)


async def logged_in(ours: Server, plain: Server) -> None:
    mine, raw, theirs = await in_turns(lambda: logins(ours, CONNECTIONS), hashes, lambda: logins(plain, CONNECTIONS))
    verdict(
        "logins, of the raw argon2id rate", mine.rate / raw.rate, 0.95, f"{mine.rate:.1f} and {raw.rate:.1f} a second"
    )
    figures = f"{mine.rate:.1f} and {theirs.rate:.1f} a second"
    verdict("  of a bare server that does nothing but verify", mine.rate / theirs.rate, 0.95, figures)
    own, bare_own = (each.cpu - raw.cpu for each in (mine, theirs))
    figures = f"{own * 1000:.2f} ms; the bare server's {bare_own * 1000:.2f} ms; one hash {raw.cpu * 1000:.1f} ms"
    verdict("  1.5 ms, of the CPU time of a login beside its hash", 0.0015 / max(own, 1e-6), 1.0, figures)


def verdict(what: str, ratio: float, budget: float, figures: str) -> None:
    MISSED.extend([what] if ratio < budget else [])
    print(
        f"{'ok    ' if ratio >= budget else 'missed'} {what}: {ratio:.2f} (budget {budget:.2f}; {figures})", flush=True
    )


@contextlib.contextmanager
def site(url: str) -> Iterator[Server]:
    port = free_port()
    environ = os.environ | {
        "DATABASE_URL": url,
        "LOGIN_TRIES_PER_ADDRESS": "1000000",
        "LOGIN_TRIES_PER_ACCOUNT": "100",
        "ENVIRONMENT": "production",
        "BASE_URL": f"https://{HOST}",
        "SECRET_KEY": secrets.token_hex(32),
    }
    with running([sys.executable, str(ROOT / "run.py"), "--port", str(port)], port, environ) as server:
        yield server


@contextlib.contextmanager
def bare(folder: str) -> Iterator[Server]:
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
    command = [sys.executable, str(program), f"{folder}/bare.db", str(page), str(port), PASSWORD]
    with running(command, port, dict(os.environ)) as server:
        yield server


@contextlib.contextmanager
def running(command: list[str], port: int, environ: dict[str, str]) -> Iterator[Server]:
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
    try:
        for _ in range(400):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 10) as asked:
                asked.sendall(f"GET /login HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
                if asked.recv(12).startswith(b"HTTP"):  # the socket is there before the worker is
                    break
            time.sleep(0.05)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


async def in_turns(*works: Callable[[], Awaitable[Measured]]) -> list[Measured]:
    """The medians of each, measured one after the other, again and again."""
    rounds = [[await work() for work in works] for _ in range(ROUNDS)]
    return [
        Measured(*(statistics.median(figures) for figures in zip(*of_one, strict=True)))
        for of_one in zip(*rounds, strict=True)
    ]


async def pages(server: Server, path: str, cookie: str = "", connections: int = 8) -> Measured:
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: {cookie}\r\n\r\n".encode()
    return await measured(server, [request] * connections, b"200", SECONDS)


async def logins(server: Server, connections: int) -> Measured:
    """Each connection is a person of its own."""
    bodies = [urlencode({"username": f"person{each + 1}", "password": PASSWORD}) for each in range(connections)]
    return await measured(server, [form(server.port, "/login", body) for body in bodies], b"303", SECONDS * 2)


async def measured(server: Server, requests: list[bytes], status: bytes, seconds: float) -> Measured:
    """requests: one for each connection. Until the last answer, which comes after the time is up where answers take long."""
    began, before = time.monotonic(), server.cpu()
    asked = (repeated(server.port, request, began + seconds, status) for request in requests)
    count = sum(map(len, await asyncio.gather(*asked)))
    return Measured(count / (time.monotonic() - began), (server.cpu() - before) / count)


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


async def hashes() -> Measured:
    """argon2id verifications, in as many threads as there are cores, with nothing else."""
    hasher = argon2.using(type="ID", memory_cost=19_456, rounds=2, parallelism=1)
    kept = hasher.hash(PASSWORD)
    cores = len(os.sched_getaffinity(0))

    def loop() -> tuple[float, float]:
        began, cpu, count = time.monotonic(), time.thread_time(), 0
        while time.monotonic() < began + SECONDS * 2:
            hasher.verify(PASSWORD, kept)
            count += 1
        return count / (time.monotonic() - began), (time.thread_time() - cpu) / count

    with ThreadPoolExecutor(cores) as pool:
        found = await asyncio.gather(*(asyncio.get_running_loop().run_in_executor(pool, loop) for _ in range(cores)))
    return Measured(sum(rate for rate, _ in found), statistics.mean(cpu for _, cpu in found))


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
    posts = [
        form(port, "/login", urlencode({"username": f"person{each + 1}", "password": PASSWORD})) for each in range(32)
    ]
    until = time.monotonic() + 6
    storm = [asyncio.create_task(repeated(port, post, until, status=b"303")) for post in posts]
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


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--users", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(arguments())))

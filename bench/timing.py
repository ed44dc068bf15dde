"""Does the time that an answer takes tell who has an account? Login, sign-up and reset, by a rank statistic.

`python3 bench/timing.py [100] [login signup reset]`: of so many requests a class, 400 where nothing is said. One connection, requests of all classes mixed in random order, every request with a name, an address and a
client of its own, the first 20 dropped. For each class against "unknown": the Mann–Whitney AUC (0.5: the times say nothing), its 95 % interval, and the
difference of medians; beside them the same figures of two samples of "unknown", as control. A miss is measured once more with four times as many.
"""

import asyncio
import contextlib
import gc
import math
import os
import random
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT)]

from genkan.accounts.hashing import Hasher

from bench import run

N, DROPPED, AGAIN = 400, 20, 4
PASSWORD, WRONG, NEW = run.PASSWORD, "seven lanterns by the sea", "nine cranes over the harbour"
LONG_AGO = 1_700_000_000


class Answer(NamedTuple):
    """What everybody can see of an answer, but for its time."""

    status: str
    headers: tuple[str, ...]
    length: int


Request = Callable[[str], tuple[str, dict[str, str]]]


class Class(NamedTuple):
    """One kind of user. column values of `users` and whether there is a password; None for whoever is not here at all."""

    name: str
    proven: int | None = None
    disabled: int | None = None
    leaves: int | None = None
    has_password: bool = True
    is_here: bool = True


UNKNOWN = Class("unknown", is_here=False)
CONTROL = Class("unknown (control)", is_here=False)
CLASSES = (
    UNKNOWN,
    CONTROL,
    Class("claimed"),
    Class("proven", proven=LONG_AGO),
    Class("disabled", proven=LONG_AGO, disabled=LONG_AGO),
    Class("leaving", proven=LONG_AGO, leaves=2 * LONG_AGO),
    Class("provider only", proven=LONG_AGO, has_password=False),
)


class Site:
    """The site in production, with a database that this program fills from beside."""

    def __init__(self, folder: str, port: int) -> None:
        self.port = port
        self.count = 0
        self.database = sqlite3.connect(f"{folder}/genkan.db", isolation_level=None, timeout=30)
        hasher = Hasher()
        self.hashed = asyncio.run(hasher.hash(PASSWORD))
        hasher.close()

    def person(self, which: Class) -> str:
        """A new name, eleven letters, and an account of this class for it, where the class has one."""
        self.count += 1
        name = f"{secrets.token_hex(2)}{self.count:07d}"
        if which.is_here:
            key = f"{name}@example.com"
            self.database.execute(
                "INSERT INTO users (id, name, email, email_key, email_proven_at, disabled_at, leaves_at, created_at) VALUES (?, 'Hanako', ?, ?, ?, ?, ?, 1)",
                (name, key, key, which.proven, which.disabled, which.leaves),
            )
            if which.has_password:
                row = (name, name, name, name, self.hashed)
                self.database.execute(
                    "INSERT INTO user_authentications (id, user_id, username, username_key, password, created_at) VALUES (?, ?, ?, ?, ?, 1)",
                    row,
                )
        return name

    def client(self) -> str:
        return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"


def login(name: str) -> tuple[str, dict[str, str]]:
    return "/login", {"username": f"{name}@example.com", "password": WRONG}


def login_by_name(name: str) -> tuple[str, dict[str, str]]:
    return "/login", {"username": name, "password": WRONG}


def signup(name: str) -> tuple[str, dict[str, str]]:
    username = f"u{secrets.token_hex(6)}"
    return "/signup", {"name": "Hanako", "email": f"{name}@example.com", "username": username, "password": NEW}


def reset(name: str) -> tuple[str, dict[str, str]]:
    return "/reset", {"email": f"{name}@example.com"}


ENDPOINTS: dict[str, Callable[[str], tuple[str, dict[str, str]]]] = {
    "login": login,
    "login by name": login_by_name,
    "signup": signup,
    "reset": reset,
}


def main(asked: list[str]) -> int:
    n = next((int(each) for each in asked if each.isdigit()), N)
    asked = [each for each in asked if not each.isdigit()]
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}, n = {n}")
    missed = 0
    with tempfile.TemporaryDirectory() as folder, serving(folder) as port:
        site, hash_ms = Site(folder, port), run.hash_time() * 1000
        print(f"one hash takes {hash_ms:.0f} ms\n")
        for name, request in ENDPOINTS.items():
            if not asked or name in asked:
                missed += judged(site, name, request, n, hash_ms)
    print(f"\n{missed} missed, load {os.getloadavg()[0]:.1f}")
    return 1 if missed else 0


def judged(site: Site, name: str, request: Request, n: int, hash_ms: float) -> int:
    """Measure one endpoint and print its figures. How many classes missed the bar, also the second time."""
    times, seen = measured(site, request, CLASSES, n)
    kinds = {answer for answers in seen.values() for answer in answers}
    print(
        f"{name}: {statistics.median(times[UNKNOWN]):.2f} ms; answers that differ in status, headers or length: {len(kinds) - 1}"
    )
    missed = len(kinds) - 1
    for each in CLASSES[1:]:
        if verdict(each.name, times[UNKNOWN], times[each], hash_ms):
            continue
        again, _ = measured(site, request, (UNKNOWN, each), n * AGAIN)
        missed += not verdict(f"{each.name}, n = {n * AGAIN}", again[UNKNOWN], again[each], hash_ms)
    return missed


def verdict(name: str, unknown: list[float], theirs: list[float], hash_ms: float) -> bool:
    auc, error = ranked(unknown, theirs)
    low, high = auc - 1.96 * error, auc + 1.96 * error
    apart = statistics.median(theirs) - statistics.median(unknown)
    most = min(5.0, hash_ms / 10)
    holds = 0.45 <= auc <= 0.55 and low >= 0.40 and high <= 0.60 and abs(apart) < most
    print(
        f"  {'ok    ' if holds else 'missed'} {name:28} AUC {auc:.3f} (0.45 to 0.55), 95 % {low:.3f} to {high:.3f} (0.40 to 0.60), medians {apart:+.3f} ms apart (under {most:.1f})",
        flush=True,
    )
    return holds


def ranked(first: list[float], second: list[float]) -> tuple[float, float]:
    """How often a time of the second is the longer one (ties: half), and the standard error of that if both are alike."""
    order = sorted([(each, 0) for each in first] + [(each, 1) for each in second])
    ranks: dict[float, list[int]] = {}
    for place, (each, _) in enumerate(order, 1):
        ranks.setdefault(each, []).append(place)
    sum_of_second = sum(statistics.fmean(ranks[each]) for each in second)
    n, m = len(first), len(second)
    return (sum_of_second - m * (m + 1) / 2) / (n * m), math.sqrt((n + m + 1) / (12 * n * m))


def measured(
    site: Site, request: Request, classes: tuple[Class, ...], n: int
) -> tuple[dict[Class, list[float]], dict[Class, set[Answer]]]:
    """Times in ms and answers, by class: n of each, in random order on one connection."""
    site.database.execute("BEGIN")
    todo = [(each, site.person(each)) for each in classes for _ in range(n)]
    site.database.execute("COMMIT")
    random.shuffle(todo)
    todo = [(UNKNOWN, site.person(UNKNOWN)) for _ in range(DROPPED)] + todo
    sent = [(each, wire(site, *request(name))) for each, name in todo]
    gc.disable()
    answers = asyncio.run(one_by_one(site.port, sent))
    gc.enable()
    times: dict[Class, list[float]] = {each: [] for each in classes}
    seen: dict[Class, set[Answer]] = {each: set() for each in classes}
    for which, taken, answer in answers[DROPPED:]:
        times[which].append(taken)
        seen[which].add(answer)
    return times, seen


def wire(site: Site, path: str, fields: dict[str, str]) -> bytes:
    head, _, body = run.form(site.port, path, urlencode(fields)).partition(b"\r\n\r\n")
    return head + f"\r\nX-Forwarded-For: {site.client()}\r\n\r\n".encode() + body


async def one_by_one(port: int, sent: list[tuple[Class, bytes]]) -> list[tuple[Class, float, Answer]]:
    found = []
    async with run.connection(port) as (reader, writer):
        for which, request in sent:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            taken = (time.perf_counter() - began) * 1000
            lines = head.decode().split("\r\n")
            names = tuple(line.partition(":")[0] for line in lines[1:] if line)
            found.append((which, taken, Answer(lines[0].split(" ")[1], names, length)))
    return found


@contextlib.contextmanager
def serving(folder: str) -> Iterator[int]:
    port = run.free_port()
    environ = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/genkan.db",
        "ENVIRONMENT": "production",
        "BASE_URL": f"https://{run.HOST}",
        "SECRET_KEY": secrets.token_hex(32),
        "TRUSTED_PROXIES": "127.0.0.1",
        "SMTP_URL": "smtp://127.0.0.1:9",  # nobody is there: mails wait
        "MAIL_FROM": "nobody@example.com",
        "SIGNUPS_PER_ADDRESS": "1000000",
    }
    with run.running([sys.executable, str(ROOT / "run.py"), "--port", str(port)], port, environ):
        yield port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

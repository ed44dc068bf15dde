"""Is anybody missing who was told that they are in? Sign-ups under load, kill -9 in the middle, again and again.

`python3 bench/kill.py 20`: so many kills. Counts who got a 303 with a cookie, and looks for each of them afterwards.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 64
PASSWORD = "seven lanterns by the river"


def main(kills: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        acknowledged: set[str] = set()
        for each in range(kills):
            acknowledged |= asyncio.run(one(folder, each))
        missing, unusable, state = found(f"{folder}/genkan.db", acknowledged)
    print(
        f"{kills} kills, {len(acknowledged)} acknowledged, {len(missing)} missing, {unusable} half made, integrity {state}"
    )
    return 0 if not missing and not unusable and state == "ok" else 1


async def one(folder: str, number: int) -> set[str]:
    """One life of the server. Returns the usernames whose 303 and cookie arrived whole."""
    port = free_port()
    environ = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/genkan.db",
        "SIGNUPS_PER_ADDRESS": "1000000",
        "DEV_PROVIDER": "off",
    }
    server = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "--port", str(port)], env=environ, stdout=subprocess.DEVNULL
    )
    while not answers(port):
        time.sleep(0.02)
    done: set[str] = set()
    clients = [asyncio.create_task(client(port, f"k{number}-{each}", done)) for each in range(CLIENTS)]
    enough = random.randint(1, CLIENTS)
    while len(done) < enough:
        await asyncio.sleep(0.01)
    server.send_signal(signal.SIGKILL)
    await asyncio.gather(*clients)
    server.wait()
    return done


def answers(port: int) -> bool:
    """Whether it serves: its port is open a moment before."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as probe:
        probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n" % port)
        return b" 200 " in probe.recv(64)
    return False


async def client(port: int, name: str, done: set[str]) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        for count in range(1000):
            username = f"{name}-{count}"
            body = urlencode(
                {"name": "Hana", "email": f"{username}@example.com", "username": username, "password": PASSWORD}
            )
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(
                f"POST /signup HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            writer.close()
            if b" 303 " in head.split(b"\r\n")[0] and b"set-cookie: jwt=" in head:
                done.add(username)


def found(path: str, acknowledged: set[str]) -> tuple[set[str], int, str]:
    database = sqlite3.connect(path)
    kept = {row[0] for row in database.execute("SELECT username FROM user_authentications")}
    half = database.execute(
        "SELECT COUNT(*) FROM users WHERE id NOT IN (SELECT user_id FROM user_authentications)"
        " OR id NOT IN (SELECT user_id FROM sessions)"
    ).fetchone()[0]
    state = database.execute("PRAGMA integrity_check").fetchone()[0]
    database.close()
    return acknowledged - kept, half, state


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))

"""How long does a proxy wait for "who is it"? 200 questions a second: `python3 bench/verify.py` after `python3 run.py tools`.

Questions come at their times, whether those before are answered or not. Then the session is ended, and the very next question has
to be answered by 401.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, machine, sites
from bench.common.browsers import Answer, Browser
from bench.common.engines import KINDS, database
from bench.common.figures import Figures

RATE, CONNECTIONS = 200, 8
SLOWEST = 5.0  # ms, of 99 in 100
PASSWORD = "seven lanterns by the river"


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"N8: who is it, {asked.database}, one process")
    with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
        async with sites.site(kept.url, Path(name), ["--cheap"], more={"COOKIE_DOMAIN": "example.com"}) as site:
            person = Browser(site.port)
            await person.sign_up("hanako", PASSWORD)
            free = proxies(site.port, person)

            async def ask(_: int) -> Answer:
                proxy = await free.get()
                try:
                    return await proxy.get("/auth/verify")
                finally:
                    free.put_nowait(proxy)

            before = machine.cpu(site.pid)
            heard = await load.at_rate(ask, RATE, asked.seconds)
            cpu = (machine.cpu(site.pid) - before) / heard.count * 1000
            await person.submit("/logout")
            afterwards = (await ask(0)).status
    figures.note(f"{RATE} a second", heard)
    figures.most("p99", heard.p(99) * 1000, SLOWEST, " ms")
    figures.most("other answers than 200", heard.count - heard.statuses[200], 0)
    figures.note("CPU for each", f"{cpu:.2f} ms")
    figures.same("the next question after a logout", afterwards, 401)
    return figures.status()


def proxies(port: int, person: Browser) -> asyncio.Queue[Browser]:
    """Connections that are kept, and hand on what applications see of this person's cookies."""
    free: asyncio.Queue[Browser] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        proxy = Browser(port)
        proxy.cookies = {name: value for name, value in person.cookies.items() if name.startswith("__Secure")}
        free.put_nowait(proxy)
    return free


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seconds", type=float, default=20.0)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

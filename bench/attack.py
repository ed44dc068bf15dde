"""L7: can people still log in while passwords are guessed? `python3 bench/attack.py --seconds 120`.

200 wrong passwords a second from 254 addresses on a thousand accounts, with the limits as they come; and five people a second who log in,
once with browsers that have been inside before, once with new ones.
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

from bench.common import load, sites
from bench.common.browsers import Answer, Browser
from bench.common.engines import KINDS, database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.machine import PASSWORD
from bench.common.seeding import seed
from bench.common.sites import Site

ACCOUNTS, ADDRESSES, ATTACKS, GOOD, PEOPLE = 1000, 254, 200.0, 5.0, 400
LIMITS = {"LOGIN_TRIES_PER_ACCOUNT": "8", "LOGIN_TRIES_PER_ADDRESS": "50"}  # as they come
SUCCEED, TIMES = 0.99, 2.0  # of the good ones; of the baseline


class Regulars:
    """People who log in again and again, each from a browser and an address of their own."""

    def __init__(self, site: Site, first: int, is_known: bool) -> None:
        self._site, self._first, self._is_known = site, first, is_known
        self._cookies: dict[int, dict[str, str]] = {}

    async def log_in(self, number: int) -> Answer:
        person = number % PEOPLE
        async with Browser(self._site.port, address=f"192.0.2.{person % 200 + 1}") as browser:
            browser.cookies = {
                name: value for name, value in self._cookies.get(person, {}).items() if "jwt" not in name
            }
            answer = await browser.log_in(f"person{self._first + person}", PASSWORD)
            if self._is_known and answer.is_in:
                self._cookies[person] = browser.cookies
        return answer

    async def come_once(self) -> None:
        for number in range(PEOPLE):
            await self.log_in(number)


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"L7: {ATTACKS:g} guesses a second, and {GOOD:g} good logins, {asked.database}")
    for is_known in (True, False):
        with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
            async with sites.site(kept.url, Path(name), more=LIMITS) as site:
                await seed(kept, ACCOUNTS + PEOPLE, sessions=0)
                await attacked(site, is_known, asked.seconds, figures)
    return figures.status()


async def attacked(site: Site, is_known: bool, seconds: float, figures: Figures) -> None:
    figures.part("from browsers that were inside before" if is_known else "from new browsers")
    people = Regulars(site, ACCOUNTS + 1, is_known)
    if is_known:
        await people.come_once()
    quiet = await load.at_rate(people.log_in, GOOD, min(20.0, seconds))
    wrong = Heard()
    attack = asyncio.create_task(load.at_rate(lambda number: guess(site, number), ATTACKS, seconds, wrong))
    await asyncio.sleep(1)
    good = await load.at_rate(people.log_in, GOOD, seconds - 2)
    await attack
    figures.note("good logins before", quiet)
    figures.note("guesses", wrong)
    figures.note("good logins meanwhile", good)
    figures.least("good logins that got in", good.statuses[303] / good.count, SUCCEED)
    figures.most("their p95, of the one before", good.p(95) / quiet.p(95), TIMES)
    budget = min(8 * ACCOUNTS, 50 * ADDRESSES) * (1 + seconds // 300)
    figures.most("guesses that were looked at", wrong.statuses[422], budget)
    figures.most("guesses that got in, or a fault", wrong.statuses[303] + wrong.statuses[500], 0)


async def guess(site: Site, number: int) -> Answer:
    async with Browser(site.port, address=f"203.0.113.{number % ADDRESSES + 1}") as browser:
        return await browser.log_in(f"person{number % ACCOUNTS + 1}", "not the right one at all")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seconds", type=float, default=120.0)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

"""F6, L9: two hundred people write at once, and many want the same name. `python3 bench/storm.py --seconds 60 --races 1000`.

Sign-ups, logins, logouts and sign-ups through a provider, 200 at a time; not one 5xx, not one word of a lock in the log. Then, again and
again, fifty requests at once with the same name and the same address, of which one wins.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import sites
from bench.common.browsers import BROKEN, Answer, Browser
from bench.common.engines import KINDS, Kept, database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.machine import PASSWORD, free_port
from bench.common.providers import NAME, Provider, provider
from bench.common.sites import Site

PEOPLE, RIVALS = 200, 50
HALF = "SELECT COUNT(*) FROM users WHERE id NOT IN (SELECT user_id FROM user_authentications) AND id NOT IN (SELECT user_id FROM user_oauths)"


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"F6, L9: a storm of writes, and races for a name, {asked.database}, {asked.hashing} hashing")
    options = ["--cheap"] if asked.hashing == "cheap" else None
    with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
        async with provider(free_port()) as mock, sites.site(kept.url, Path(name), options, more=mock.settings) as site:
            await storm(site, kept, mock, asked.seconds, figures)
            await races(site, kept, asked.races, figures)
            figures.same("lines of the log with 'locked'", site.said("locked"), 0)
    return figures.status()


async def storm(site: Site, kept: Kept, mock: Provider, seconds: float, figures: Figures) -> None:
    figures.part(f"{PEOPLE} people for {seconds:g} s")
    heard, wrong = Heard(), Counter[str]()
    until = time.monotonic() + seconds
    await asyncio.gather(*(person(site.port, mock, each, until, heard, wrong) for each in range(PEOPLE)))
    figures.note("answers", heard)
    figures.note("a second", f"{heard.rate:.0f}")
    figures.most("answers of 5xx, or none", heard.faults, 0)
    figures.same("steps that did not lead where they should", dict(+wrong), {})
    figures.most("accounts that are half", (await kept.rows(HALF))[0][0], 0)


async def person(port: int, mock: Provider, number: int, until: float, heard: Heard, wrong: Counter[str]) -> None:
    """Signs up, logs out, logs in, logs out, signs up through a provider; and that again, as somebody else."""
    count = 0
    while time.monotonic() < until:
        count += 1
        name = f"s{number}-{count}"
        async with Browser(port) as browser:
            try:
                for what, is_in in (
                    ("signup", True),
                    ("logout", False),
                    ("login", True),
                    ("logout", False),
                    ("provider", True),
                ):
                    answer = await step(browser, what, name, mock)
                    heard.take(answer)
                    wrong[what] += answer.is_in != is_in or answer.status != 303
            except BROKEN:
                heard.lose(0.0)


async def step(browser: Browser, what: str, name: str, mock: Provider) -> Answer:
    if what == "signup":
        return await browser.sign_up(name, PASSWORD)
    if what == "login":
        return await browser.log_in(name, PASSWORD)
    if what == "logout":
        return await browser.submit("/logout")
    start = await browser.get(f"/oauth/{NAME}?intent=signup")
    return await browser.get(mock.back(start.place, f"p-{name}")) if start.status == 303 else start


async def races(site: Site, kept: Kept, many: int, figures: Figures) -> None:
    figures.part(f"{many} races of {RIVALS} for the same name and address")
    heard, winners = Heard(), Counter[int]()
    for race in range(many):
        found = await asyncio.gather(*(rival(site.port, race, heard) for _ in range(RIVALS)))
        winners[sum(found)] += 1
    figures.note("answers", heard)
    figures.most("answers of 5xx, or none", heard.faults, 0)
    figures.same("races by their number of winners", dict(winners), {1: many})
    found_rows = await kept.rows("SELECT COUNT(*) FROM users WHERE email LIKE 'race-%'")
    figures.same("accounts that came of it", found_rows[0][0], many)


async def rival(port: int, race: int, heard: Heard) -> bool:
    try:
        async with Browser(port) as browser:
            answer = await browser.sign_up(f"race-{race}", PASSWORD)
    except BROKEN:
        heard.lose(0.0)
        return False
    heard.take(answer)
    return answer.is_in


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--hashing", choices=("cheap", "real"), default="cheap")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--races", type=int, default=1000)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

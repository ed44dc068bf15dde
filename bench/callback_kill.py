"""F3: what is left of a person whose way in through a provider is cut off? kill -9 at each point of the callback, and then they try again.

`python3 bench/callback_kill.py --each 250`; `--database postgresql`. A sign-up each time, with the process dying after the token was
exchanged, after the rows of user, identity and session, and with the answer ready but not sent.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import sites
from bench.common.browsers import BROKEN, Browser
from bench.common.engines import KINDS, Kept, database
from bench.common.figures import Figures
from bench.common.machine import free_port
from bench.common.providers import NAME, Provider, provider
from bench.common.sites import Site

POINTS = ("token", "user", "identity", "session", "response")
ORPHANS = (
    "SELECT COUNT(*) FROM user_oauths WHERE user_id NOT IN (SELECT id FROM users)",
    "SELECT COUNT(*) FROM users WHERE id NOT IN (SELECT user_id FROM user_oauths)",
    "SELECT COUNT(*) FROM sessions WHERE user_id NOT IN (SELECT id FROM users)",
)


class Found:
    def __init__(self) -> None:
        self.orphans = self.twice = self.again = self.refused = self.survived = self.early = 0


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"F3: the callback killed at {len(POINTS)} points, {asked.each} times each, {asked.database}")
    async with provider(free_port()) as mock:
        for point in POINTS:
            with tempfile.TemporaryDirectory() as folder, database(asked.database) as kept:
                told(figures, point, await lives(point, asked.each, mock, kept, Path(folder)))
    return figures.status()


async def lives(point: str, each: int, mock: Provider, kept: Kept, folder: Path) -> Found:
    found, trigger = Found(), folder / "now"
    options = ["--cheap", "--die", point, "--when", str(trigger)]

    async def started() -> Site:
        return await sites.answering(sites.begun(kept.url, folder / "log", options, more=mock.settings))

    site = await started()
    for number in range(each):
        trigger.touch()
        back, cookies = await cut_off(site, mock, f"p{number}", found)
        trigger.unlink()
        found.orphans += sum([(await kept.rows(sql))[0][0] for sql in ORPHANS])
        found.early += await accounts(kept, f"p{number}") != (1 if point == "response" else 0)
        site = await started()
        await again(site.port, cookies, mock, back, f"p{number}", found)
        found.twice += await accounts(kept, f"p{number}") != 1
    site.kill()
    return found


def told(figures: Figures, point: str, found: Found) -> None:
    figures.part(f"after: {point}")
    figures.most("the process did not die there", found.survived, 0)
    figures.most("rows without the rows that they belong to", found.orphans, 0)
    figures.most("an account before its transaction was kept, or none after", found.early, 0)
    figures.most("state that could be used again", found.again, 0)
    figures.most("second tries that did not get in", found.refused, 0)
    figures.most("people with two accounts, or none", found.twice, 0)


async def cut_off(site: Site, mock: Provider, person: str, found: Found) -> tuple[str, dict[str, str]]:
    """The path that the person was coming back by when the process died, and their cookies."""
    async with Browser(site.port, patience=20) as browser:
        start = await browser.get(f"/oauth/{NAME}?intent=signup")
        back = mock.back(start.place, person)
        try:
            await browser.get(back)
            found.survived += 1
        except BROKEN:
            site.process.wait()
        site.kill()
    return back, browser.cookies


async def again(port: int, cookies: dict[str, str], mock: Provider, back: str, person: str, found: Found) -> None:
    """The browser comes back: with the old address, which is worth nothing any more, and then from the beginning."""
    async with Browser(port) as browser:
        browser.cookies |= cookies
        found.again += (await browser.get(back)).is_in
        start = await browser.get(f"/oauth/{NAME}?intent=signup")
        found.refused += not (await browser.get(mock.back(start.place, person))).is_in


async def accounts(kept: Kept, person: str) -> int:
    sql = f"SELECT COUNT(DISTINCT user_id) FROM user_oauths WHERE provider = '{NAME}' AND identity = '{person}'"
    return int((await kept.rows(sql))[0][0])


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--each", type=int, default=250)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

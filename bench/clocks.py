"""F10: what if the clock is wrong, or jumps? `python3 bench/clocks.py`; `--database postgresql`.

Two processes on one database, of which one has another time: a minute, ten minutes, an hour, two days, the year 2038. A session lives two
days by the clock of whoever is asked, nobody is locked out for longer than a window, and nothing falls over.
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
from bench.common.browsers import Browser
from bench.common.engines import KINDS, database
from bench.common.figures import Figures
from bench.common.machine import PASSWORD
from bench.common.people import People
from bench.common.sites import Site

HOUR, LASTS, WINDOW = 3600, 172_800, 300  # seconds
# How wrong the other clock is, in seconds; and whether a session that began by the right one is alive by it. One that is of the future
# is not, by more than five seconds (JW-05): the clocks of several machines have to agree.
JUMPS = {
    "a minute ahead": (60, True),
    "a minute behind": (-60, False),
    "ten minutes ahead": (600, True),
    "ten minutes behind": (-600, False),
    "an hour behind": (-HOUR, False),
    "an hour ahead (as where summer begins, and nobody told it)": (HOUR, True),
    "two days less a minute ahead": (LASTS - 60, True),
    "two days and a minute ahead": (LASTS + 60, False),
    "after 2038-01-19": (2_147_483_648 - 1_790_000_000 + HOUR, False),
}


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"F10: a clock that is wrong, {asked.database}")
    with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
        wrong = Path(name) / "wrong"
        wrong.write_text("0")
        clock = ["--cheap", "--clock", str(wrong)]
        limits = {"LOGIN_TRIES_PER_ACCOUNT": "8"}
        async with sites.site(kept.url, Path(name), ["--cheap"], more=limits) as right:
            for number, (what, (seconds, is_alive)) in enumerate(JUMPS.items()):
                wrong.write_text("0")
                async with sites.site(kept.url, Path(name), clock, more=limits) as other:
                    figures.part(what)
                    await jumped(right, other, wrong, (seconds, is_alive, number), figures)
    return figures.status()


async def jumped(right: Site, other: Site, wrong: Path, jump: tuple[int, bool, int], figures: Figures) -> None:
    seconds, is_alive, number = jump
    people, name = People(right, f"c{number}"), f"limited-{number}"
    before = await people.inside()
    async with Browser(right.port) as browser:
        await browser.sign_up(name, PASSWORD)
    wrong.write_text(str(seconds))
    there = Browser(other.port)
    there.cookies = dict(before.cookies)
    figures.same("a session of the right clock, there", (await there.get("/account")).status, 200 if is_alive else 303)
    figures.same("and here", (await before.get("/account")).status, 200)
    async with Browser(other.port) as browser:
        figures.same("a sign-up there", (await browser.sign_up(f"new-{number}", PASSWORD)).is_in, True)
        figures.same("its page there", (await browser.get("/account")).status, 200)
        figures.same("a login there", (await browser.log_in(f"new-{number}", PASSWORD)).is_in, True)
    waits = await locked_out(other, name)
    figures.line(
        "too many guesses there: to wait", str(waits), f"1 to {WINDOW} s", all(0 < each <= WINDOW for each in waits)
    )
    wrong.write_text("0")
    again = await locked_out(other, name)
    is_right = all(0 < each <= WINDOW + max(0, seconds) for each in again)
    figures.line("the clock is right again: to wait", str(again), f"1 to {WINDOW + max(0, seconds)} s", is_right)
    faults = sum(site.said('"status": 500') + site.said("request failed") for site in (right, other))
    figures.same("faults in the logs", faults, 0)
    await before.close()
    await there.close()


async def locked_out(site: Site, name: str) -> list[int]:
    """Guesses until they are refused: the Retry-After of the refusals."""
    found = []
    async with Browser(site.port) as browser:
        for _ in range(12):
            answer = await browser.log_in(name, "not the right one at all")
            if answer.status == 429:
                found.append(int(answer.headers["retry-after"]))
    return found


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

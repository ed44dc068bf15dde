"""L8: fifty people a second through a provider that takes 200 ms for each answer. `python3 bench/flows.py --seconds 600`.

Whole flows: the start, the provider, the callback; half of them sign up, half log in. Its metadata and keys are asked for once.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]

from bench.common import load, machine, sites
from bench.common.browsers import Answer, Browser
from bench.common.engines import KINDS, database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.machine import free_port
from bench.common.providers import NAME, calls, provider

RATE, DELAY, HOUR, FLAT = 50.0, 0.2, 3600, 8.0  # a second, seconds, seconds, MB


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"L8: {asked.rate:g} flows a second for {asked.seconds:g} s, {asked.database}")
    with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
        async with provider(free_port(), DELAY) as mock, sites.site(kept.url, Path(name), more=mock.settings) as site:

            async def flow(number: int) -> Answer:
                """The last answer, with the time of both."""
                async with Browser(site.port) as browser:
                    start = await browser.get(f"/oauth/{NAME}?intent=signup")
                    if start.status != 303:
                        return start
                    end = await browser.get(mock.back(start.place, f"p{number // 2}"))
                    return end._replace(seconds=start.seconds + end.seconds, status=end.status if end.is_in else 599)

            began = time.monotonic()
            heard = await load.at_rate(flow, asked.rate, asked.seconds / 4, Heard())
            first = machine.rss(site.pid)
            await load.at_rate(flow, asked.rate, asked.seconds * 3 / 4, heard)
            last, hours = machine.rss(site.pid), 1 + (time.monotonic() - began) // HOUR
            asked_for = await calls(mock)
            figures.note("flows", heard)
            figures.most("flows that did not end inside", heard.count - heard.statuses[303], 0)
            for path in ("/.well-known/openid-configuration", "/keys"):
                figures.most(f"requests of {path}", asked_for.get(path, 0), hours)
            figures.most("memory, from the first quarter to the end", last - first, FLAT, " MB")
            twice = await kept.rows("SELECT COUNT(*) - COUNT(DISTINCT identity) FROM user_oauths")
            figures.most("identities that are there twice", twice[0][0], 0)
    return figures.status()


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--seconds", type=float, default=600.0)
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

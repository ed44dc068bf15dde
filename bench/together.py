"""L11: are four workers one site, and do they do the work of four? `python3 bench/together.py --rounds 20 --seconds 10`.

What comes at once comes to all workers. Wrong passwords are counted, a session is ended, and a mailed link is used, by all of them together.
Then one worker and four serve the page of whoever is signed in, by turns: whoever asks takes of the same cores, so it is requests for a
second of the workers' CPU that are compared.
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

from genkan.accounts import hashing, mailed
from genkan.keys import Keys

from bench.common import load, machine, sites
from bench.common.browsers import Browser
from bench.common.engines import KINDS, Kept, database
from bench.common.figures import Figures
from bench.common.load import Heard
from bench.common.people import People
from bench.common.sites import Site
from bench.common.workers import all_there, at_once, hang_up, of, spread

WORKERS, GUESSES, RIVALS, KEPT, TURNS = 4, 80, 52, 32, 3
BY_ACCOUNT, BY_ADDRESS = 8, 50  # wrong passwords that are looked at: the limits as they come
GONE, SHARE = 1.0, 0.75  # seconds; of one worker's requests for a second of CPU: on four cores three times as many
WRONG = "this is not the password"
SETTINGS = {
    "LOGIN_TRIES_PER_ACCOUNT": str(BY_ACCOUNT),
    "LOGIN_TRIES_PER_ADDRESS": str(BY_ADDRESS),
    "SMTP_URL": "smtp://127.0.0.1:1",  # nobody listens: a link is good before its mail has gone
    "MAIL_FROM": "no-reply@id.example.com",
}


async def main(asked: argparse.Namespace) -> int:
    figures = Figures(f"L11: {WORKERS} workers, {asked.database}")
    with tempfile.TemporaryDirectory() as name, database(asked.database) as kept:
        async with sites.site(kept.url, Path(name), more=SETTINGS | {"WORKERS": str(WORKERS)}) as four:
            await all_there(four)
            figures.same("workers", len(machine.tree(four.pid)) - 1, WORKERS)
            await limited(four, asked.rounds, figures)
            await ended(four, asked.rounds, figures)
            await used(four, kept, asked.rounds, figures)
            async with sites.site(kept.url, Path(name), more=SETTINGS | {"WORKERS": "1"}) as one:
                await throughput(one, four, asked.seconds, figures)
    return figures.status()


async def limited(site: Site, rounds: int, figures: Figures) -> None:
    figures.part(f"{rounds} times {GUESSES} wrong passwords at once")
    for guess, what, limit in ((at_account, "account", BY_ACCOUNT), (from_address, "client's address", BY_ADDRESS)):
        found = Counter([await guess(site, number) for number in range(rounds)])
        figures.same(f"by one {what}", dict(found), {f"{limit} × 422, {GUESSES - limit} × 429": rounds})


async def at_account(site: Site, number: int) -> str:
    async with Browser(site.port) as person:
        assert (await person.sign_up(f"guessed-{number}", machine.PASSWORD)).is_in
    many = await spread(site, [Browser(site.port, address=f"10.1.{number}.{each}") for each in range(GUESSES)])
    return await at_once(many, lambda browser, _: browser.log_in(f"guessed-{number}", WRONG))


async def from_address(site: Site, number: int) -> str:
    many = await spread(site, [Browser(site.port, address=f"10.2.{number}.1") for _ in range(GUESSES)])
    return await at_once(many, lambda browser, each: browser.log_in(f"nobody-{number}-{each}", WRONG))


async def ended(site: Site, rounds: int, figures: Figures) -> None:
    figures.part(f"{rounds} logouts, and {RIVALS} requests at once with the session that was")
    before, after, slowest, people = Counter[int](), Counter[str](), 0.0, People(site, "ended")
    for _ in range(rounds):
        person = await people.inside()
        many = await spread(site, of(person, RIVALS))
        before.update([(await browser.get("/account")).status for browser in many])
        await person.submit("/logout")
        slowest = max(slowest, *await asyncio.gather(*(until_refused(browser, after) for browser in many)))
        await hang_up([person, *many])
    figures.same("answers before", dict(before), {200: rounds * RIVALS})
    figures.most("let in afterwards", after["let in"], 0)
    figures.same("led to /login", after["led to /login"], rounds * RIVALS)
    figures.most("until the last is refused", slowest, GONE, " s")


async def until_refused(browser: Browser, counted: Counter[str]) -> float:  # seconds
    began = time.monotonic()
    while (answer := await browser.get("/account")).status == 200:
        counted["let in"] += 1
    counted["led to /login"] += answer.status == 303 and answer.place.startswith("/login")
    return time.monotonic() - began


async def used(site: Site, kept: Kept, rounds: int, figures: Figures) -> None:
    figures.part(f"{rounds} mailed links, each used {RIVALS} times at once")
    found = Counter([await link(site, kept, f"mailed-{number}") for number in range(rounds)])
    figures.same("one wins, for the others it is gone", dict(found), {f"1 × 303, {RIVALS - 1} × 410": rounds})


async def link(site: Site, kept: Kept, name: str) -> str:
    async with Browser(site.port) as person:
        assert (await person.sign_up(name, machine.PASSWORD)).is_in
        ((id,),) = await kept.rows(f"SELECT id FROM mailed_tokens WHERE email = '{name}@example.com'")
        await person.get(f"/verify/{mailed.link_token(Keys.derive(sites.SECRET.encode()).mailing[0], id)}")
        many = await spread(site, of(person, RIVALS))
    return await at_once(many, lambda browser, _: browser.submit("/verify/link"))


async def throughput(one: Site, four: Site, seconds: float, figures: Figures) -> None:
    figures.part(f"the page of whoever is signed in, {KEPT} at a time, {TURNS} turns of {seconds:g} s each")
    heard, cpu, person = {one: Heard(), four: Heard()}, {one: 0.0, four: 0.0}, await People(one, "looking").inside()
    for site in (one, four) * TURNS:
        cpu[site] += await look(site, person, seconds, heard[site])
    await person.close()
    counts, cores = {site: found.statuses[200] for site, found in heard.items()}, hashing.cores()
    for what, site in (("one worker", one), (f"{WORKERS} workers", four)):
        each = cpu[site] / counts[site] * 1000
        figures.note(f"{what}: a second, CPU for each", f"{counts[site] / seconds / TURNS:.0f}, {each:.2f} ms")
    figures.most("other answers than 200", sum(found.count for found in heard.values()) - sum(counts.values()), 0)
    figures.least("for a second of CPU, of one worker's", counts[four] / cpu[four] * cpu[one] / counts[one], SHARE)
    room = "" if cores > WORKERS else f", fewer than {WORKERS} beside whoever asks: neither of the two says much"
    figures.note("a second, of one worker's", f"{counts[four] / counts[one]:.2f} on {cores} cores{room}")


async def look(site: Site, person: Browser, seconds: float, heard: Heard) -> float:
    """Returns the seconds of CPU that it took of the site's processes."""
    many, before = of(person, KEPT, site.port), machine.cpu(site.pid)
    await load.by_many(lambda number: many[number].get("/account"), KEPT, seconds, heard)
    await hang_up(many)
    return machine.cpu(site.pid) - before


def arguments(given: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=KINDS, default="postgresql")
    parser.add_argument("--rounds", type=int, default=20, help="of guesses, of logouts, of links")
    parser.add_argument("--seconds", type=float, default=10.0, help=f"of each of {2 * TURNS} turns")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(uvloop.run(main(arguments(sys.argv[1:]))))

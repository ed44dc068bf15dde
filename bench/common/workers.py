"""How are all workers of a site asked at once? Over connections that are open before, as many at each."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable

from bench.common import machine
from bench.common.browsers import Answer, Browser
from bench.common.load import LOST
from bench.common.sites import Site


async def all_there(site: Site) -> None:
    """The first one answers while the others come up."""
    while not site.said(" is at http"):
        await asyncio.sleep(0.05)


async def spread(site: Site, browsers: list[Browser]) -> list[Browser]:
    """The same, each with an open connection, as many at each worker: the others are held while it accepts."""
    workers = machine.tree(site.pid)[1:]
    for number, worker in enumerate(workers):
        others = [pid for pid in workers if pid != worker]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            for browser in browsers[number :: len(workers)]:
                await browser.get("/healthz")
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)
    return browsers


def of(person: Browser, many: int, port: int | None = None) -> list[Browser]:
    """So many, with the cookies of one person. port: of another site on the same database."""
    found = [Browser(port or person.port) for _ in range(many)]
    for browser in found:
        browser.cookies = dict(person.cookies)
    return found


async def at_once(browsers: list[Browser], ask: Callable[[Browser, int], Awaitable[Answer]]) -> str:
    """How many of each status they are answered: "1 × 303, 51 × 410". They hang up afterwards."""
    found = await asyncio.gather(*map(ask, browsers, range(len(browsers))), return_exceptions=True)
    await hang_up(browsers)
    counted = Counter(LOST if isinstance(each, BaseException) else each.status for each in found)
    return ", ".join(f"{count} × {status or 'no answer'}" for status, count in sorted(counted.items()))


async def hang_up(browsers: list[Browser]) -> None:
    await asyncio.gather(*(browser.close() for browser in browsers))

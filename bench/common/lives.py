"""Who signed up in one life of a server, and are they all there in the next?"""

import asyncio

from bench.common.browsers import BROKEN, Browser
from bench.common.engines import Kept
from bench.common.machine import PASSWORD

CLIENTS, CHECKERS = 64, 16


class Found:
    """All that was found so far."""

    def __init__(self) -> None:
        self.acknowledged = self.others = self.missing = self.stuck = self.half = 0
        self.unsound: list[str] = []
        self.slowest = 0.0


class Life:
    """One life of the server, or of the database. told: who was told that they are in; tried: who asked."""

    def __init__(self, number: int) -> None:
        self.prefix = f"k{number}-"
        self.tried: set[str] = set()
        self.told: set[str] = set()

    async def load(self, port: int, until: asyncio.Event) -> None:
        await asyncio.gather(*(self._client(port, each, until) for each in range(CLIENTS)))

    async def _client(self, port: int, number: int, until: asyncio.Event) -> None:
        count = 0
        while not until.is_set():
            count += 1
            name = f"{self.prefix}{number}-{count}"
            self.tried.add(name)
            try:
                async with Browser(port, patience=20) as browser:
                    answer = await browser.sign_up(name, PASSWORD)
                if answer.status == 303 and answer.is_in:
                    self.told.add(name)
            except BROKEN:
                await asyncio.sleep(0.01)


async def looked_at(port: int, kept: Kept, life: Life, found: Found) -> None:
    state = await kept.soundness()
    found.unsound += [state] if state != "ok" else []
    rows = await kept.rows(
        "SELECT a.username_key, (SELECT COUNT(*) FROM users u WHERE u.id = a.user_id),"
        " (SELECT COUNT(*) FROM sessions s WHERE s.user_id = a.user_id) FROM user_authentications a"
        f" WHERE a.username_key >= '{life.prefix}' AND a.username_key < '{life.prefix[:-1]}.'"
    )
    names = [row[0] for row in rows]
    orphans = await kept.rows("SELECT COUNT(*) FROM users WHERE id NOT IN (SELECT user_id FROM user_authentications)")
    found.half += sum(row[1:] != (1, 1) for row in rows) + len(names) - len(set(names)) + orphans[0][0]
    waiting = sorted(life.tried)
    await asyncio.gather(*(checker(port, life, waiting, found) for _ in range(CHECKERS)))
    found.acknowledged += len(life.told)
    found.others += len(life.tried - life.told)


async def checker(port: int, life: Life, waiting: list[str], found: Found) -> None:
    async with Browser(port) as browser:
        while waiting:
            name = waiting.pop()
            browser.cookies.clear()
            is_in = (await browser.log_in(name, PASSWORD)).is_in
            if name in life.told:
                found.missing += not is_in
            elif not is_in:
                found.stuck += not (await browser.sign_up(name, PASSWORD)).is_in

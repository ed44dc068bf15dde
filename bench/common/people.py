"""Who comes to a measured site? People who sign up one after the other, and are looked for afterwards."""

import asyncio
import contextlib
import time

from bench.common.browsers import BROKEN, Answer, Browser
from bench.common.machine import PASSWORD
from bench.common.sites import Site


class People:
    """told: the names of those who were told that they are in."""

    def __init__(self, site: Site, name: str) -> None:
        self.site, self._name, self._count = site, name, 0
        self.told: list[str] = []

    async def sign_up(self, _: int = 0) -> Answer:
        self._count += 1
        name = f"{self._name}-{self._count}"
        async with Browser(self.site.port) as browser:
            answer = await browser.sign_up(name, PASSWORD)
        if answer.status == 303 and answer.is_in:
            self.told.append(name)
        return answer

    async def log_in(self, number: int = 0) -> Answer:
        async with Browser(self.site.port) as browser:
            return await browser.log_in(self.told[number % len(self.told)], PASSWORD)

    async def look(self, _: int = 0) -> Answer:
        async with Browser(self.site.port) as browser:
            return await browser.get("/healthz")

    async def inside(self) -> Browser:
        """The browser of one more, who is signed in."""
        self._count += 1
        browser = Browser(self.site.port)
        assert (await browser.sign_up(f"{self._name}-{self._count}", PASSWORD)).is_in
        return browser

    async def missing(self) -> int:
        """How many of those who were told that they are in cannot log in."""
        waiting, missing = list(self.told), 0

        async def check() -> None:
            nonlocal missing
            while waiting:
                async with Browser(self.site.port) as browser:
                    missing += not (await browser.log_in(waiting.pop(), PASSWORD)).is_in

        await asyncio.gather(*(check() for _ in range(8)))
        return missing

    async def again(self, patience: float = 60.0) -> float:
        """Seconds until the next sign-up succeeds."""
        began = time.monotonic()
        while time.monotonic() < began + patience:
            with contextlib.suppress(*BROKEN):
                if (await self.sign_up()).status == 303:
                    break
            await asyncio.sleep(0.02)
        return time.monotonic() - began

"""How do many browsers ask at once, and what did they hear? So many at a time, or so many a second, each answer counted."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

from bench.common.browsers import BROKEN, Answer
from bench.common.figures import percentile

LOST: Final = 0  # the status of what was not answered

Ask = Callable[[int], Awaitable[Answer]]  # what is asked; the number tells one from the other


class Heard:
    """All answers: how many of each status, and how long they took, in seconds."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []
        self.hints = 0  # answers of 503 that say when to come back
        self.began = time.monotonic()
        self.ended = self.began

    @property
    def faults(self) -> int:
        """Answers of 5xx, and requests without an answer."""
        return sum(count for status, count in self.statuses.items() if status >= 500 or status == LOST)

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def rate(self) -> float:
        return self.count / max(1e-9, self.ended - self.began)

    def p(self, percent: float) -> float:
        return percentile(self.seconds, percent)

    def take(self, answer: Answer) -> None:
        self.statuses[answer.status] += 1
        self.seconds.append(answer.seconds)
        self.hints += answer.status == 503 and "retry-after" in answer.headers
        self.ended = time.monotonic()

    def lose(self, seconds: float) -> None:
        self.statuses[LOST] += 1
        self.seconds.append(seconds)

    async def hear(self, ask: Ask, number: int) -> None:
        began = time.monotonic()
        try:
            self.take(await ask(number))
        except BROKEN:
            self.lose(time.monotonic() - began)

    def __str__(self) -> str:
        told = ", ".join(f"{count} × {status or 'no answer'}" for status, count in sorted(self.statuses.items()))
        return f"{told}; median {self.p(50) * 1000:.0f} ms, p95 {self.p(95) * 1000:.0f}, p99 {self.p(99) * 1000:.0f}"


async def by_many(ask: Ask, many: int, seconds: float, heard: Heard | None = None) -> Heard:
    """So many at a time, each again and again."""
    heard, until = heard or Heard(), time.monotonic() + seconds

    async def one(number: int) -> None:
        while time.monotonic() < until:
            await heard.hear(ask, number)

    await asyncio.gather(*(one(number) for number in range(many)))
    return heard


async def at_rate(ask: Ask, rate: float, seconds: float, heard: Heard | None = None) -> Heard:
    """So many a second, whether those before were answered or not."""
    heard, began, number = heard or Heard(), time.monotonic(), 0
    async with asyncio.TaskGroup() as group:
        while number < rate * seconds:
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            group.create_task(heard.hear(ask, number))
            number += 1
    return heard


async def until_set(ask: Ask, done: asyncio.Event, pause: float, heard: Heard | None = None) -> Heard:
    """One at a time, with a pause between, until the event."""
    heard, number = heard or Heard(), 0
    while not done.is_set():
        await heard.hear(ask, number)
        number += 1
        await asyncio.sleep(pause)
    return heard

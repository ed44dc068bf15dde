"""How many sessions are live, and how many mails wait? For whoever watches the site; never by one look at a whole table."""

import asyncio
from dataclasses import dataclass
from typing import Final

from genkan.accounts.services import Services
from genkan.accounts.tokens import LASTS
from genkan.records import outbox, sessions

SLICE: Final = 600  # seconds: sessions that end in the same ten minutes are counted together
AT_ONCE: Final = 24  # slices that are counted anew each time; all of them are after a dozen times


@dataclass(frozen=True, slots=True)
class Census:
    """oldest: seconds that the mail which waits the longest has waited; dead: mails that were given up, in two weeks."""

    sessions: int
    mails: int
    oldest: int
    dead: int


class Counter:
    """Remembers what it has counted, so that it need not be counted again each time."""

    def __init__(self) -> None:
        self._slices: dict[int, int] = {}
        self._at = 0

    async def taken(self, services: Services, *, now: int) -> Census:
        """Raises DatabaseUnavailable."""
        waiting = await outbox.waiting(services.db)
        oldest = 0 if waiting is None or waiting.oldest is None else max(0, now - waiting.oldest)
        return Census(
            sessions=await self._live(services, now=now),
            mails=waiting.mails if waiting else 0,
            oldest=oldest,
            dead=await outbox.dead(services.db),
        )

    async def _live(self, services: Services, *, now: int) -> int:
        slices = range(now // SLICE, (now + LASTS) // SLICE + 1)
        for each in self._to_count(slices):
            self._slices[each] = await sessions.ending_between(
                services.db, after=max(now, each * SLICE), until=(each + 1) * SLICE
            )
            await asyncio.sleep(0)  # others first
        self._slices = {each: count for each, count in self._slices.items() if each in slices}
        return sum(self._slices.values())

    def _to_count(self, slices: range) -> list[int]:
        """What is not known, the two that new sessions come into, the one that is running out, and some of the others."""
        self._at = (self._at + AT_ONCE) % len(slices)
        again = {slices[0], *slices[-2:], *slices[self._at : self._at + AT_ONCE]}
        return [each for each in slices if each not in self._slices or each in again]

"""How does this process stand, and what does it know of the site as a whole? For /metrics, besides what is counted."""

import asyncio
from typing import Any, Final

from starlette.applications import Starlette

from genkan import log
from genkan.accounts import census
from genkan.counting import Counting
from genkan.db import DatabaseUnavailable

PATIENCE: Final = 1.0  # seconds for what the database is asked


class Standing:
    """Families are made as counting.py makes them."""

    def __init__(self, app: Starlette, counting: Counting) -> None:
        self._state = app.state
        self._counting = counting
        self._census = census.Counter()

    def counted(self) -> list[Any]:
        hasher = self._state.services.hasher
        return [
            *self._counting.families(),
            _one("genkan_hashes_refused", "counter", "Passwords that were too many to wait.", hasher.turns.refused),
            _one("genkan_log_lines_dropped", "counter", "Lines of the log that nobody has taken.", log.dropped()),
        ]

    async def now(self, server: Any, *, of_all: bool) -> list[Any]:
        """of_all: also how the site stands, whoever serves."""
        state, hasher = server.server_state, self._state.services.hasher
        own = [
            _one("genkan_workers", "gauge", "Processes that serve.", 1),
            _one("genkan_connections", "gauge", "Connections that are open.", len(state.connections)),
            _one("genkan_requests_under_way", "gauge", "Requests that are being answered.", len(state.tasks)),
            _one(
                "genkan_hashes_waiting", "gauge", "Passwords being hashed, or waiting for it.", hasher.turns.under_way
            ),
        ]
        return [*self.counted(), *own, *(await self._of_all() if of_all else [])]

    async def _of_all(self) -> list[Any]:
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._census.taken(self._state.services, now=self._state.now())
        except (DatabaseUnavailable, TimeoutError):
            return [_one("genkan_database_up", "gauge", UP, 0)]
        return [
            _one("genkan_database_up", "gauge", UP, 1),
            _one("genkan_sessions", "gauge", "Sessions that are live, as of the last few minutes.", found.sessions),
            _one("genkan_mails_waiting", "gauge", "Mails that are to be sent.", found.mails),
            _one("genkan_mails_oldest_seconds", "gauge", "Age of the oldest of them.", found.oldest),
            _one("genkan_mails_dead", "gauge", "Mails given up in the last two weeks.", found.dead),
        ]


UP: Final = "Whether the database answers."


def _one(name: str, kind: str, what: str, value: float) -> list[Any]:
    """A figure without labels."""
    sample = f"{name}_total" if kind == "counter" else name
    return [name, kind, what, [[sample, {}, value]]]

"""Who is logged in, as the team sees it? Every live session, of one account or of all."""

from collections.abc import AsyncIterator
from typing import Final

from genkan.accounts import session
from genkan.accounts.services import Services
from genkan.records import live_sessions
from genkan.records.live_sessions import Live

__all__ = ["Live", "everybody", "of_user", "one"]

AT_ONCE: Final = 500  # sessions that are read at a time


async def one(services: Services, id: str, *, now: int) -> Live | None:
    """None for one that is over, and one that never was."""
    return await live_sessions.one(services.db, id, now=now)


async def of_user(services: Services, user_id: str, *, now: int) -> list[Live]:
    """Seen last first."""
    return await live_sessions.of_user(services.db, user_id, now=now, most=session.MOST)


async def everybody(services: Services, *, now: int) -> AsyncIterator[Live]:
    """Those that run out first, first."""
    at, id = now + 1, ""
    while found := await live_sessions.page(services.db, at=at, after_id=id, most=AT_ONCE):
        for each in found:
            yield each
        at, id = found[-1].expires_at, found[-1].id

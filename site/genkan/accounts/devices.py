"""Where is a person logged in, and how do they end that from here? One device is one live session."""

from genkan.accounts import events, session
from genkan.accounts.services import Services, Visitor
from genkan.errors import NotFound
from genkan.records import sessions
from genkan.records.sessions import Device

__all__ = ["Device", "end", "end_others", "logged_in"]


async def logged_in(services: Services, user_id: str, *, here: str, now: int) -> list[Device]:
    """Every live session: `here`, this browser's own, then those that were seen last."""
    return await sessions.live_of(services.db, user_id=user_id, first_id=here, now=now, most=session.MOST)


async def end(services: Services, visitor: Visitor, id: str, *, user_id: str, here: str, now: int) -> None:
    """End one session. Raises NotFound for somebody else's, an unknown one and `here`, all by the same statement."""
    async with services.db.transaction():
        ended = await sessions.end_one_of(
            services.db, id=id, user_id=user_id, except_id=here, reason="elsewhere", now=now
        )
        if ended is None:
            raise NotFound
        await events.record(services, visitor, "session_ended", user_id=user_id, now=now, device=ended.browser)


async def end_others(services: Services, visitor: Visitor, *, user_id: str, here: str, now: int) -> int:
    """End every session but `here`. How many there were."""
    async with services.db.transaction():
        count = await session.end_others(services, user_id, keep=here, reason="elsewhere", now=now)
        if count:
            await events.record(services, visitor, "sessions_ended", user_id=user_id, now=now, count=count)
        return count

"""How does a login begin, live and end? However a person proved who they are, what follows is this."""

from dataclasses import dataclass

from genkan.accounts.digests import random_id
from genkan.accounts.services import Services, Visitor
from genkan.accounts.tokens import LASTS
from genkan.errors import SessionEnded
from genkan.records import sessions, users
from genkan.records.sessions import Session
from genkan.records.users import User

__all__ = ["Arrival", "Session", "begin", "end", "end_others", "hold", "live"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A person is in. token: the session JWT, for the cookie; method: 'password', or the provider's name."""

    token: str
    user_id: str
    method: str


async def begin(services: Services, visitor: Visitor, *, user_id: str, method: str, now: int) -> Arrival:
    """A new session, in the caller's transaction; the one that the browser held is ended (no fixation)."""
    session_id = random_id()
    if visitor.session_id is not None:
        await sessions.remove(services.db, visitor.session_id)
    await sessions.add(
        services.db,
        id=session_id,
        user_id=user_id,
        method=method,
        browser=visitor.device,
        address=visitor.address,
        now=now,
        expires_at=now + LASTS,
    )
    token = services.tokens.issue(user_id=user_id, session_id=session_id, now=now)
    return Arrival(token=token, user_id=user_id, method=method)


async def live(services: Services, token: str, *, now: int) -> Session | None:
    """Whose token is this? The signature first, then session and user in one SELECT; None for whatever is not live."""
    claims = services.tokens.read(token, now=now)
    if claims is None:
        return None
    return await sessions.live(services.db, id=claims.sid, user_id=claims.sub, now=now)


async def hold(services: Services, visitor: Visitor, user_id: str, *, now: int) -> User:
    """The person as they are, held until the caller's transaction ends: whatever else changes them waits.

    Raises SessionEnded where the session that asks was ended meanwhile: who was thrown out changes nothing any more.
    """
    user = await users.held(services.db, user_id)
    live = await sessions.live(services.db, id=visitor.session_id or "", user_id=user_id, now=now)
    if user is None or live is None:
        raise SessionEnded
    return user


async def end_others(services: Services, user_id: str, *, keep: str, reason: str, now: int) -> int:
    """End every session of a user but `keep` ('' for none), in the caller's transaction. How many there were."""
    return len(await sessions.end_all_of(services.db, user_id=user_id, except_id=keep, reason=reason, now=now))


async def end(services: Services, session_id: str) -> None:
    """The session is over at once, in every process."""
    await sessions.remove(services.db, session_id)

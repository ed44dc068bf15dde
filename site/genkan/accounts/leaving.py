"""How does a person leave for good? Their account is closed at once and purged after 14 days; until then they may stay."""

from typing import Final

from genkan import log
from genkan.accounts import addresses, events, mailed, outbox, session, throttle
from genkan.accounts.digests import digest
from genkan.accounts.services import Services, Visitor
from genkan.errors import LinkExpired, NotFound
from genkan.records import mailed_tokens, oauth_attempts, users, waiting_identities
from genkan.records.users import User

__all__ = ["LASTS", "User", "by_link", "by_login", "leave", "purge", "stay"]

LASTS: Final = mailed.STAY.lasts
MOST: Final = 100  # accounts that are purged at a time


async def leave(services: Services, visitor: Visitor, *, user_id: str, browser: str, waiting: str, now: int) -> int:
    """Close an account until it is purged: no session lives on, nothing that was mailed or begun leads in.

    browser, waiting: what the browser's cookies name of attempts under way. Returns when it is purged. What undoes a
    change stays good for its 72 hours: whoever took an account over must not get rid of that by deleting the account.
    """
    async with services.db.transaction():
        user = await users.leave(services.db, user_id, leaves_at=now + LASTS)
        if user is None or user.leaves_at is None:
            raise NotFound
        await session.end_others(services, user_id, keep="", reason="leaving", now=now)
        for purpose in mailed.PURPOSES.keys() - {mailed.UNDO.name}:
            await mailed_tokens.remove_of_user(services.db, user_id=user_id, purpose=purpose)
        await oauth_attempts.remove_of_browser(services.db, digest(browser))
        await waiting_identities.take(services.db, browser_hash=digest(waiting), now=now)
        await events.record(services, visitor, "leaving", user_id=user_id, now=now)
        await _tell(services, visitor, user, now=now)
        return user.leaves_at


async def by_link(services: Services, link: str, *, now: int) -> User:
    """Whose account a mailed link keeps. Raises LinkExpired."""
    found = await mailed.by_link(services, link, mailed.STAY, now=now)
    return await _leaving(services, found.user_id or "")


async def by_login(services: Services, user_id: str, *, leaves_at: int) -> User:
    """The account of whoever has just shown that it is theirs, while it leaves at that time. Raises LinkExpired."""
    user = await _leaving(services, user_id)
    if user.leaves_at != leaves_at:
        raise LinkExpired
    return user


async def stay(services: Services, visitor: Visitor, user: User, *, now: int) -> None:
    """Every way in is open again. Raises LinkExpired where somebody was quicker."""
    async with services.db.transaction():
        if await users.stay(services.db, user.id, leaves_at=user.leaves_at) is None:
            raise LinkExpired
        await mailed_tokens.remove_of_user(services.db, user_id=user.id, purpose=mailed.STAY.name)
        await events.record(services, visitor, "stayed", user_id=user.id, now=now)


async def purge(services: Services, *, now: int) -> int:
    """Remove accounts whose time has come, each in its own transaction; by cascade all that hangs on it. How many."""
    return sum([await _purged(services, due.id, now=now) for due in await users.due(services.db, now=now, most=MOST)])


async def _purged(services: Services, id: str, *, now: int) -> bool:
    """Whether it was there still, and its time has come."""
    async with services.db.transaction():
        if await users.purge(services.db, id, now=now) is None:
            return False
        await throttle.forget(services, id)
    log.event("account purged", user=id)
    return True


async def _leaving(services: Services, user_id: str) -> User:
    user = await users.by_id(services.db, user_id)
    if user is None or user.leaves_at is None:
        raise LinkExpired
    return user


async def _tell(services: Services, visitor: Visitor, user: User, *, now: int) -> None:
    """By mail, with a link that calls it off."""
    if user.email is None or user.email_proven_at is None:
        return
    token_id = await mailed.issue(
        services, mailed.STAY, user_id=user.id, address=addresses.parse(user.email), holder=user.id, now=now
    )
    await outbox.put(
        services,
        template="leaving",
        user_id=user.id,
        recipient=user.email,
        language=visitor.language,
        token_id=token_id,
        now=now,
        leaves_at=user.leaves_at,
        happened_at=now,
        device=visitor.device,
        place=visitor.address,
    )

"""How does a person show anew that it is them? By password, through a provider that is theirs, or by a mailed code.

It lasts ten minutes (web/session.py CONFIRMED_FOR) and belongs to one session. Through a provider: it is asked to ask
anew, and where it says when it did (auth_time), that is checked; one that cannot be asked (GitHub, Discord, Apple) has
to be gone to and come back from, and may let the person through without asking. For an account that has neither a
password nor a proven address, that is the strongest proof there is.
"""

from genkan.accounts import addresses, events, mailed, passwords, throttle
from genkan.accounts.services import Services, Visitor
from genkan.errors import NotLinked, PasswordEmpty, PasswordWrong, SessionChanged
from genkan.oauth import Profile
from genkan.records import sessions, user_authentications, user_oauths, users

__all__ = ["by_code", "by_password", "by_profile", "code_is_out", "send_code"]


async def by_password(
    services: Services, visitor: Visitor, password: str, *, user_id: str, session_id: str, now: int
) -> None:
    """Tries count as those of a login do. Raises PasswordEmpty, PasswordWrong, TooManyLogins, Busy, SessionChanged."""
    if not password:
        raise PasswordEmpty
    readable = passwords.readable(password)
    found = await user_authentications.of_user(services.db, user_id)
    if readable is None or found is None:
        raise PasswordWrong
    counted = await throttle.count_login(services, visitor, user_id, now=now)
    if not await services.hasher.verify(readable, found.password if counted.may_look else None):
        raise PasswordWrong
    async with services.db.transaction():
        await _confirmed(services, visitor, user_id=user_id, session_id=session_id, method="password", now=now)
        await throttle.forgive_login(services, visitor, user_id)


async def by_profile(
    services: Services, visitor: Visitor, profile: Profile, *, user_id: str, session_id: str, now: int
) -> None:
    """Raises NotLinked where the identity is not this user's own, SessionChanged."""
    async with services.db.transaction():
        owner = await user_oauths.by_identity(services.db, provider=profile.provider, identity=profile.identity)
        if owner is None or (owner.user_id, owner.issuer) != (user_id, profile.issuer):
            raise NotLinked
        await _confirmed(services, visitor, user_id=user_id, session_id=session_id, method=profile.provider, now=now)


async def send_code(services: Services, visitor: Visitor, *, user_id: str, session_id: str, now: int) -> None:
    """Mail a code to the proven address, once a minute at most; nothing where there is none. Raises TooManyMails."""
    user = await users.by_id(services.db, user_id)
    if user is None or user.email is None or user.email_proven_at is None:
        return
    before = await mailed.pending(services, mailed.CONFIRM, holder=session_id, now=now)
    if before is not None and before.again_in:
        return
    address = addresses.parse(user.email)
    async with services.db.transaction():
        if not await throttle.count_mail(services, visitor, address.key, now=now):
            return
        await mailed.send(
            services,
            mailed.CONFIRM,
            user_id=user_id,
            address=address,
            holder=session_id,
            language=user.language or visitor.language,
            now=now,
            name=user.name,
        )


async def code_is_out(services: Services, *, session_id: str, now: int) -> bool:
    """Whether this session has asked for a code that may still be typed."""
    found = await mailed.pending(services, mailed.CONFIRM, holder=session_id, now=now)
    return found is not None and found.has_tries


async def by_code(services: Services, visitor: Visitor, typed: str, *, user_id: str, session_id: str, now: int) -> None:
    """Only in the session that asked for it. Raises CodeEmpty, CodeWrong, CodeExpired, LinkExpired, SessionChanged."""
    found = await mailed.by_code(services, typed, mailed.CONFIRM, holder=session_id, now=now)
    async with services.db.transaction():
        await mailed.take(services, found, now=now)
        await _confirmed(services, visitor, user_id=user_id, session_id=session_id, method="email", now=now)


async def _confirmed(
    services: Services, visitor: Visitor, *, user_id: str, session_id: str, method: str, now: int
) -> None:
    """In the caller's transaction. Raises SessionChanged where the session has ended meanwhile."""
    if await sessions.confirm(services.db, id=session_id, user_id=user_id, now=now) is None:
        raise SessionChanged
    await events.record(services, visitor, "confirmed", user_id=user_id, now=now, method=method)

"""How does a person change their password, or set one where they have none? Whoever knows the old one is out everywhere."""

from genkan.accounts import changes, mailed, names, passwords, session, signup, throttle
from genkan.accounts.digests import random_id
from genkan.accounts.names import Username
from genkan.accounts.services import Services, Visitor
from genkan.accounts.session import Arrival
from genkan.errors import CurrentPasswordEmpty, CurrentPasswordWrong, Invalid, PasswordSame, Refused, UsernameTaken
from genkan.records import mailed_tokens, user_authentications, users
from genkan.records.user_authentications import Own

__all__ = ["Own", "change", "choose", "of_user"]


async def of_user(services: Services, user_id: str) -> Own | None:
    """Their username and password; None where they come in by providers only."""
    return await user_authentications.own(services.db, user_id)


async def change(
    services: Services, visitor: Visitor, own: Own, *, user_id: str, method: str, current: str, new: str, now: int
) -> Arrival:
    """A new password in place of `own`; every other session is over, and this one goes on under a new id.

    current: the password until now; not looked at where it was taken back. method: how this session came in.
    Raises Refused, TooManyLogins, Busy, SessionEnded.
    """
    if own.is_usable:
        await _verify(services, visitor, own, current, user_id=user_id, now=now)
    hashed = await _hashed(services, new, user_id=user_id, username=own.username, other_than=current)
    async with services.db.transaction():
        user = await session.hold(services, visitor, user_id, now=now)
        if not await user_authentications.replace_password(
            services.db, user_id=user_id, old=own.password, new=hashed, now=now
        ):
            raise Refused(CurrentPasswordWrong())  # changed meanwhile, in another tab
        kind = "password_changed" if own.is_usable else "password_set"
        await changes.made(services, visitor, kind, user=user, now=now)
        return await _anew(services, visitor, kind, user_id=user_id, method=method, now=now)


async def choose(
    services: Services, visitor: Visitor, *, user_id: str, method: str, username: str, new: str, now: int
) -> Arrival:
    """The first username and password of somebody who came in by providers only. Raises Refused, Busy, SessionEnded."""
    problems: list[Invalid] = []
    login = signup.collected(problems, lambda: names.username(username))
    try:
        hashed = await _hashed(services, new, user_id=user_id, username=username)
    except Refused as refused:
        raise Refused(*problems, *refused.errors) from None
    if login is None:
        raise Refused(*problems)
    async with services.db.transaction():
        user = await session.hold(services, visitor, user_id, now=now)
        if not await _add(services, user_id, login, hashed, now=now):
            raise Refused(UsernameTaken())
        await changes.made(services, visitor, "password_set", user=user, now=now)
        return await _anew(services, visitor, "password_set", user_id=user_id, method=method, now=now)


async def _verify(services: Services, visitor: Visitor, own: Own, current: str, *, user_id: str, now: int) -> None:
    """Counted like a login: whoever found a browser open must not guess here what they cannot guess there."""
    if not current:
        raise Refused(CurrentPasswordEmpty())
    counted = await throttle.count_login(services, visitor, user_id, now=now)
    readable = passwords.readable(current)
    if readable is None or not await services.hasher.verify(readable, own.password if counted.may_look else None):
        raise Refused(CurrentPasswordWrong())


async def _hashed(services: Services, new: str, *, user_id: str, username: str, other_than: str = "") -> str:
    """By the same rules as at sign-up, and another one than before. Raises Refused, Busy."""
    user = await users.by_id(services.db, user_id)
    name, email = (user.name, user.email or "") if user else ("", "")
    try:
        readable = signup.check_password(services, name=name, email=email, username=username, password=new)
    except Invalid as problem:
        raise Refused(problem) from None
    if readable == passwords.readable(other_than):
        raise Refused(PasswordSame())
    return await services.hasher.hash(readable)


async def _add(services: Services, user_id: str, login: Username, hashed: str, *, now: int) -> bool:
    added = await user_authentications.add(
        services.db,
        id=random_id(),
        user_id=user_id,
        username=login.written,
        username_key=login.key,
        password=hashed,
        now=now,
    )
    return added is not None


async def _anew(services: Services, visitor: Visitor, reason: str, *, user_id: str, method: str, now: int) -> Arrival:
    """What the old password opened is closed: other sessions, codes and links that were mailed; not what takes back.

    reason: why the others have ended, a kind of events.KINDS.
    """
    await session.end_others(services, user_id, keep=visitor.session_id or "", reason=reason, now=now)
    for purpose in (mailed.VERIFY, mailed.RESET):
        await mailed_tokens.remove_of_user(services.db, user_id=user_id, purpose=purpose.name)
    arrival = await session.renew(services, visitor, user_id=user_id, method=method, now=now)
    await throttle.forgive_login(services, visitor, user_id)
    return arrival

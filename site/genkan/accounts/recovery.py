"""How does a person come back in whose mailbox has answered? With a new password, and without whatever others got hold of."""

from dataclasses import asdict, dataclass

from genkan import oauth
from genkan.accounts import addresses, changes, guide, mailed, names, passwords, session, signup, throttle
from genkan.accounts.digests import random_id
from genkan.accounts.guide import Guide
from genkan.accounts.mailed import CONFIRM, HANDED, RESET, VERIFY
from genkan.accounts.names import Username
from genkan.accounts.services import Services, Visitor
from genkan.db import UniqueViolation
from genkan.errors import Invalid, LinkExpired, Refused, UsernameTaken
from genkan.records import mailed_tokens, oauth_attempts, user_authentications, user_oauths, users
from genkan.records.mailed_tokens import Mailed
from genkan.records.users import User


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: the address that it went to, None where it was handed over otherwise, and the ways into its account."""

    address: str | None
    guide: Guide


async def opened(services: Services, link: str, *, now: int) -> Opened:
    """What the page of a new password shows; nothing is changed by it. Raises LinkExpired."""
    found = await _found(services, link, now=now)
    user = await _owner(services, found)
    return Opened(found.email or None, await guide.of_user(services, user.id))


async def finish(services: Services, visitor: Visitor, link: str, *, username: str, password: str, now: int) -> str:
    """Set a new password for whoever holds a mailed link, and end all that somebody else may have got hold of.

    username: for an account that has no password yet; else it is not looked at. Returns the user's id.
    Raises LinkExpired, Busy, Refused with what is to be mended.
    """
    found = await _found(services, link, now=now)
    user = await _owner(services, found)
    known = (await guide.of_user(services, user.id)).username
    chosen, readable = _checked(services, user, known or username, password)
    hashed = await services.hasher.hash(readable)  # before the transaction: slow on purpose
    try:
        return await _finish(services, visitor, found, chosen, hashed, now=now)
    except UniqueViolation:  # another account proved the address at the same moment: by now it is there to be seen
        return await _finish(services, visitor, found, chosen, hashed, now=now)


async def _finish(
    services: Services, visitor: Visitor, found: Mailed, chosen: Username, hashed: str, *, now: int
) -> str:
    async with services.db.transaction():
        await users.held(services.db, found.user_id or "")
        token = await mailed.take(services, found, now=now)
        user = await _owner(services, token)
        await _set(services, user, chosen, hashed, now=now)
        await _end_all(services, visitor, user, now=now)
        if token.purpose == HANDED.name and token.email:  # the mailbox has answered, though nobody asked it
            await users.prove(services.db, id=user.id, email=token.email, email_key=token.email_key, now=now)
    return user.id


async def _found(services: Services, link: str, *, now: int) -> Mailed:
    """What a link stands for, whether its person asked for it or the team handed it over. Raises LinkExpired."""
    try:
        return await mailed.by_link(services, link, RESET, now=now)
    except LinkExpired:
        return await mailed.by_link(services, link, HANDED, now=now)


async def _owner(services: Services, found: Mailed) -> User:
    """Whose password may be set. Raises LinkExpired where address or password were changed since the mail went out."""
    if found.purpose == HANDED.name:
        user = await users.by_id(services.db, found.user_id or "")
        key = addresses.parse(user.email).key if user is not None and user.email else ""
        is_theirs = not found.email_key or found.email_key == key
    else:
        user = await users.by_proven_email(services.db, found.email_key)
        is_theirs = user is not None and user.id == found.user_id
    if user is None or not is_theirs or user.disabled_at is not None:
        raise LinkExpired
    if await user_authentications.is_changed_since(services.db, user_id=user.id, at=found.created_at):
        raise LinkExpired
    return user


def _checked(services: Services, user: User, username: str, password: str) -> tuple[Username, str]:
    """Raises Refused with each field that is to be mended."""
    problems: list[Invalid] = []
    address = user.email or ""
    chosen = signup.collected(problems, lambda: names.username(username))
    readable = signup.collected(
        problems,
        lambda: passwords.check(
            password,
            min_length=services.password_min_length,
            about=(user.name, username, address, address.split("@")[0]),
            site=services.site_words,
        ),
    )
    if chosen is None or readable is None:
        raise Refused(*problems)
    return chosen, readable


async def _set(services: Services, user: User, chosen: Username, hashed: str, *, now: int) -> None:
    """Raises Refused where the username is taken."""
    if await user_authentications.set_password(services.db, user_id=user.id, password=hashed, now=now) is not None:
        return
    added = await user_authentications.add(
        services.db,
        id=random_id(),
        user_id=user.id,
        username=chosen.written,
        username_key=chosen.key,
        password=hashed,
        now=now,
    )
    if added is None:
        raise Refused(UsernameTaken())


async def _end_all(services: Services, visitor: Visitor, user: User, *, now: int) -> None:
    """Sessions, codes, attempts under way, and identities from before the address was proven: they may be another's.

    Links that undo a change, or keep an account from leaving, live on: a thief who got as far as the mailbox must not
    be able to kill those that the owner holds.
    """
    await oauth_attempts.remove_of_user(services.db, user.id)
    await session.end_others(services, user.id, keep="", reason="recovered", now=now)
    for purpose in (VERIFY, RESET, CONFIRM, HANDED):
        await mailed_tokens.remove_of_user(services.db, user_id=user.id, purpose=purpose.name)
    removed = await user_oauths.remove_older(services.db, user_id=user.id, before=user.email_proven_at or 0)
    await throttle.forgive(services, visitor, user.id)
    await changes.made(services, visitor, "recovered", user=user, now=now, ways_removed=len(removed))
    for each in removed:
        label = oauth.label_of(each.provider)
        await changes.noted(
            services, visitor, "way_removed", user_id=user.id, now=now, before=asdict(each), provider_label=label
        )

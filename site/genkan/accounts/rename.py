"""How does a person change what they are called here? Their name, their username, the language of their mails."""

from genkan.accounts import changes, names, session
from genkan.accounts.names import Username
from genkan.accounts.services import Services, Visitor
from genkan.db import UniqueViolation
from genkan.errors import NotFound, UsernameSame, UsernameTaken
from genkan.records import user_authentications, users


async def name(services: Services, visitor: Visitor, typed: str, *, user_id: str, now: int) -> str:
    """The name as it is shown from now on. No mail: nobody logs in by it. Raises Invalid, SessionEnded."""
    new = names.person(typed)
    async with services.db.transaction():
        user = await session.hold(services, visitor, user_id, now=now)
        if new != user.name:
            await users.rename(services.db, id=user_id, name=new)
            await changes.noted(services, visitor, "name_changed", user_id=user_id, now=now, before={"name": user.name})
    return new


async def username(services: Services, visitor: Visitor, typed: str, *, user_id: str, now: int) -> str:
    """The username as it is from now on. Raises Invalid, SessionEnded, and NotFound where the person has none."""
    new = names.username(typed)
    try:
        async with services.db.transaction():
            await _rename(services, visitor, new, user_id=user_id, now=now)
    except UniqueViolation:
        raise UsernameTaken from None
    return new.written


async def language(services: Services, code: str, *, user_id: str) -> None:
    """code: one of ours."""
    await users.choose_language(services.db, id=user_id, language=code)


async def _rename(services: Services, visitor: Visitor, new: Username, *, user_id: str, now: int) -> None:
    user = await session.hold(services, visitor, user_id, now=now)
    own = await user_authentications.own(services.db, user_id)
    if own is None:
        raise NotFound
    if own.username == new.written:
        raise UsernameSame
    await user_authentications.rename(services.db, user_id=user_id, username=new.written, username_key=new.key)
    before: dict[str, str | int | None] = {"username": own.username}
    told = {"old": own.username, "new": new.written}
    await changes.made(services, visitor, "username_changed", user=user, now=now, before=before, **told)

"""What do all acts of the team share? The account is held, what it did is written down twice, and its person is told."""

from genkan.accounts import acts, events, mailed, outbox, session
from genkan.accounts.acts import Actor
from genkan.accounts.services import Services, Visitor
from genkan.errors import LastAdmin, NoSuchUser
from genkan.records import mailed_tokens, oauth_attempts, standing, users
from genkan.records.users import User

NOBODY = Visitor("")  # no browser of the person's was at it


async def held(services: Services, user_id: str, *, spare_last: bool = False) -> User:
    """The person, until the transaction ends. The admins first: of two that would take each other's place, the second waits."""
    admins = await standing.hold_admins(services.db) if spare_last else []
    others = [each for each in admins if each.can_act and each.id != user_id]
    if any(each.id == user_id for each in admins) and not others:
        raise LastAdmin
    user = await users.held(services.db, user_id)
    if user is None:
        raise NoSuchUser
    return user


async def close(services: Services, user_id: str, *, reason: str, now: int) -> None:
    """What leads in, and what was begun, comes to nothing."""
    await session.end_others(services, user_id, keep="", reason=reason, now=now)
    await oauth_attempts.remove_of_user(services.db, user_id)
    for purpose in mailed.PURPOSES.keys() - {mailed.UNDO.name, mailed.STAY.name}:
        await mailed_tokens.remove_of_user(services.db, user_id=user_id, purpose=purpose)


async def note(
    services: Services, actor: Actor, kind: str, event: str, user_id: str, *, now: int, **details: str | int | None
) -> None:
    """For the team and for the person; who of the team it was is not the person's to know."""
    await acts.record(services, actor, kind, subject_id=user_id, now=now, **details)
    await events.record(services, NOBODY, event, user_id=user_id, now=now, **details)


async def tell(services: Services, user: User, template: str, *, now: int, is_gone: bool = False) -> None:
    """By mail, where the address is proven. is_gone: the mail is nobody's, since it has to outlive the account."""
    if user.email is None or user.email_proven_at is None:
        return
    await outbox.put(
        services, template=template, user_id=None if is_gone else user.id, recipient=user.email,
        language=user.language or "en", now=now, happened_at=now,
    )  # fmt: skip

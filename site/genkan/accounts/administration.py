"""What may the team do to an account? Close and open it, end its sessions, lead its person back in, make them an admin, remove it."""

from collections import Counter
from typing import Final

from genkan import log
from genkan.accounts import acts, addresses, events, handed, session, team, throttle
from genkan.accounts.acts import COMMAND, Actor
from genkan.accounts.services import Services
from genkan.errors import NowhereToMail
from genkan.records import live_sessions, sessions, standing, user_authentications
from genkan.records.users import User

__all__ = [
    "COMMAND",
    "Actor",
    "delete",
    "disable",
    "enable",
    "end_everybodys",
    "end_sessions",
    "reset",
    "send_recovery",
    "set_admin",
]

AT_ONCE: Final = 500  # sessions that one transaction ends


async def disable(services: Services, actor: Actor, user_id: str, *, now: int, force: bool = False) -> None:
    """Close an account: no way leads in, no session lives on, nothing that was mailed or begun counts. Nothing where it is closed.

    What takes a change back, or keeps an account from leaving, lives on for its time: its owner holds it.
    force: also the last admin's. Raises NoSuchUser, LastAdmin.
    """
    async with services.db.transaction():
        user = await team.held(services, user_id, spare_last=not force)
        if await standing.disable(services.db, user_id, now=now) is None:
            return
        await team.close(services, user_id, reason="disabled", now=now)
        await team.note(services, actor, "disabled", "disabled_by_team", user_id, now=now)
        await team.tell(services, user, "disabled", now=now)


async def enable(services: Services, actor: Actor, user_id: str, *, now: int) -> None:
    """Open it again. Nothing where it is open. Raises NoSuchUser."""
    async with services.db.transaction():
        user = await team.held(services, user_id)
        if await standing.enable(services.db, user_id) is None:
            return
        await team.note(services, actor, "enabled", "enabled_by_team", user_id, now=now)
        await team.tell(services, user, "enabled", now=now)


async def delete(services: Services, actor: Actor, user_id: str, *, now: int, force: bool = False) -> None:
    """Remove an account and all that is its person's, at once and for good. Raises NoSuchUser, LastAdmin."""
    async with services.db.transaction():
        user = await team.held(services, user_id, spare_last=not force)
        await standing.remove(services.db, user_id)
        await throttle.forget(services, user_id)
        await acts.record(services, actor, "deleted", subject_id=user_id, now=now)
        await team.tell(services, user, "deleted", now=now, is_gone=True)
    log.event("account purged", user=user_id)


async def end_sessions(
    services: Services, actor: Actor, user_id: str, *, session_id: str | None = None, now: int
) -> int:
    """End every session of an account, or one of them. How many there were. Raises NoSuchUser."""
    async with services.db.transaction():
        await team.held(services, user_id)
        count = await _end(services, user_id, session_id, now=now)
        if count:
            await team.note(services, actor, "sessions_ended", "sessions_ended_by_team", user_id, now=now, count=count)
        return count


async def end_everybodys(services: Services, actor: Actor, *, now: int) -> int:
    """End every session that there is, some at a time. How many there were."""
    count = 0
    while True:
        async with services.db.transaction():
            ended = await live_sessions.end_some(services.db, reason="by_team", now=now, most=AT_ONCE)
            for user_id, had in sorted(Counter(each.user_id for each in ended).items()):
                await events.record(
                    services, team.NOBODY, "sessions_ended_by_team", user_id=user_id, now=now, count=had
                )
            count += len(ended)
            if len(ended) < AT_ONCE:
                await acts.record(services, actor, "everybody_logged_out", subject_id=None, now=now, count=count)
                return count


async def send_recovery(services: Services, actor: Actor, user_id: str, *, now: int) -> None:
    """Mail a link to a proven address by which its person sets a new password. Raises NoSuchUser, NowhereToMail."""
    async with services.db.transaction():
        user = await team.held(services, user_id)
        await _mail_link(services, user, now=now)
        await team.note(services, actor, "recovery_sent", "recovery_sent_by_team", user_id, now=now)


async def reset(services: Services, actor: Actor, user_id: str, *, now: int) -> str | None:
    """After a compromise: the password and every session are over, and a link to a new one is mailed.

    Where that cannot be mailed it is returned: the path of a link that works once, to be handed over. Raises NoSuchUser.
    """
    async with services.db.transaction():
        user = await team.held(services, user_id)
        await user_authentications.make_unusable(services.db, user_id)
        await team.close(services, user_id, reason="reset_by_team", now=now)
        await team.note(services, actor, "password_ended", "password_ended_by_team", user_id, now=now)
        try:
            await _mail_link(services, user, now=now)
        except NowhereToMail:
            return await handed.link(services, user_id, address=None, now=now)
        return None


async def set_admin(
    services: Services, actor: Actor, user_id: str, is_admin: bool, *, now: int, force: bool = False
) -> None:
    """Let somebody look after everybody's accounts, or not any more. Nothing where it is so. Raises NoSuchUser, LastAdmin."""
    async with services.db.transaction():
        await team.held(services, user_id, spare_last=not is_admin and not force)
        if await standing.set_admin(services.db, user_id, is_admin=is_admin) is None:
            return
        kind = "admin_given" if is_admin else "admin_taken"
        await team.note(services, actor, kind, f"{kind}_by_team", user_id, now=now)


async def _end(services: Services, user_id: str, session_id: str | None, *, now: int) -> int:
    if session_id is None:
        return await session.end_others(services, user_id, keep="", reason="by_team", now=now)
    ended = await sessions.end_one_of(
        services.db, id=session_id, user_id=user_id, except_id="", reason="by_team", now=now
    )
    return int(ended is not None)


async def _mail_link(services: Services, user: User, *, now: int) -> None:
    if not services.can_mail or user.email is None or user.email_proven_at is None or user.disabled_at is not None:
        raise NowhereToMail
    await handed.mail(
        services, "reset_by_team", user_id=user.id, name=user.name, address=addresses.parse(user.email),
        language=user.language or "en", now=now,
    )  # fmt: skip

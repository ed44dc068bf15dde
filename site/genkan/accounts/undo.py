"""How is a change taken back? By the link of the mail that told of it, with everything that was changed after it.

Whoever reads the mailbox that an account had before a change is believed more than whoever changed it. So an older
link takes back what younger ones did, and no younger link takes away an older one.
"""

import json
from dataclasses import dataclass
from typing import Any

from genkan.accounts import addresses, events, mailed, names, session
from genkan.accounts.digests import random_id, random_token
from genkan.accounts.services import Services, Visitor
from genkan.db import UniqueViolation
from genkan.errors import LinkExpired
from genkan.records import changes, mailed_tokens, oauth_attempts, user_authentications, user_oauths, users
from genkan.records.changes import Change
from genkan.records.mailed_tokens import Mailed

REASON = "undone"  # why sessions have ended


@dataclass(frozen=True, slots=True)
class Undoing:
    """One change that goes. kind: of events.KINDS; before: how it was."""

    kind: str
    before: dict[str, Any]


async def would(services: Services, link: str, *, now: int) -> list[Undoing]:
    """What the link takes back, the newest first; nothing is used up by asking. Raises LinkExpired."""
    found = await mailed.by_link(services, link, mailed.UNDO, now=now)
    return [Undoing(each.kind, json.loads(each.before)) for each in await _changes(services, found)]


async def take_back(services: Services, visitor: Visitor, link: str, *, now: int) -> str:
    """Take back the change and all after it, end every session, and lead the person on to a new password.

    Returns what `lead_to_recovery` returns. Raises LinkExpired.
    """
    try:
        return await _take_back(services, visitor, link, now=now)
    except UniqueViolation:  # somebody took the name or proved the address just now: by now that can be seen
        return await _take_back(services, visitor, link, now=now)


async def _take_back(services: Services, visitor: Visitor, link: str, *, now: int) -> str:
    found = await mailed.by_link(services, link, mailed.UNDO, now=now)
    async with services.db.transaction():
        user_id = found.user_id or ""
        await users.call_off_leaving(
            services.db, user_id
        )  # the first write: whatever else changes this person waits from here
        await mailed.take(services, found, now=now)
        await session.end_others(services, user_id, keep="", reason=REASON, now=now)
        undone = await _changes(services, found)
        for each in undone:
            await _restore(services, user_id, each.kind, json.loads(each.before), now=now)
        await _close(services, user_id, position=undone[-1].position)
        await events.record(services, visitor, "undone", user_id=user_id, now=now, changes=len(undone))
        return await lead_to_recovery(services, found, now=now)


async def lead_to_recovery(services: Services, found: Mailed, *, now: int) -> str:
    """The mailbox has just proven itself: a RESET token, in the caller's transaction, as if its link had been followed.

    Returns the last part of that link. It is mailed to nobody, and nobody holds its code.
    """
    address = addresses.parse(found.email)
    id = await mailed.issue(
        services, mailed.RESET, user_id=found.user_id, address=address, holder=random_token(), now=now
    )
    return mailed.link_token(services.mail_key(now), id)


async def _changes(services: Services, found: Mailed) -> list[Change]:
    """The change that the link is of, and all after it, the newest first. Raises LinkExpired."""
    change = await changes.by_id(services.db, found.change_id or "")
    if change is None:
        raise LinkExpired
    return await changes.since(services.db, user_id=change.user_id, position=change.position)


async def _restore(services: Services, user_id: str, kind: str, before: dict[str, Any], *, now: int) -> None:
    """As it was, unless it is somebody else's by now."""
    db = services.db
    if kind == "name_changed":
        await users.rename(db, id=user_id, name=before["name"])
    elif kind == "username_changed":
        old = names.username(before["username"])
        await user_authentications.put_back_username(db, user_id=user_id, username=old.written, username_key=old.key)
    elif kind == "email_changed":
        await users.put_back_email(db, id=user_id, **before)
    elif kind == "way_added":
        await user_oauths.remove_identity(db, user_id=user_id, **before)
    elif kind == "way_removed":
        await user_oauths.add(db, id=random_id(), user_id=user_id, now=now, **before)
    elif kind in ("password_changed", "password_set", "recovered"):
        await user_authentications.make_unusable(db, user_id)


async def _close(services: Services, user_id: str, *, position: int) -> None:
    """What was begun meanwhile comes to nothing: codes, links, and attempts at providers."""
    await mailed_tokens.remove_all_but_earlier_undos(services.db, user_id=user_id, position=position)
    await changes.remove_since(services.db, user_id=user_id, position=position)
    await oauth_attempts.remove_of_user(services.db, user_id)

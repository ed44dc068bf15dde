"""What follows a change of how a person logs in? It is written down, can be taken back for 72 hours, and a mail says so."""

import json
from collections.abc import Mapping

from genkan.accounts import addresses, events, mailed, outbox
from genkan.accounts.digests import random_id
from genkan.accounts.services import Services, Visitor
from genkan.records import changes, users
from genkan.records.users import User


async def made(
    services: Services,
    visitor: Visitor,
    kind: str,
    *,
    user: User,
    now: int,
    before: Mapping[str, str | int | None] | None = None,
    **details: str | int | None,
) -> None:
    """Write down a change, in the caller's transaction, and tell the person by mail, with a link that takes it back.

    kind: of events.KINDS, and the mail's template; user: as they were before, so that the mail goes to the old address;
    before: what is needed to take it back; None where there is nothing to. details: for the log and the mail.
    """
    change_id = await noted(services, visitor, kind, user_id=user.id, now=now, before=before, **details)
    if user.email is None or user.email_proven_at is None:
        return
    address = addresses.parse(user.email)
    token_id = await mailed.issue(
        services, mailed.UNDO, user_id=user.id, address=address, holder=change_id, now=now, change_id=change_id
    )
    await outbox.put(
        services,
        template=kind,
        user_id=user.id,
        recipient=user.email,
        language=user.language or visitor.language,
        token_id=token_id,
        now=now,
        happened_at=now,
        device=visitor.device,
        place=visitor.address,
        **details,
    )


async def noted(
    services: Services,
    visitor: Visitor,
    kind: str,
    *,
    user_id: str,
    now: int,
    before: Mapping[str, str | int | None] | None = None,
    **details: str | int | None,
) -> str:
    """Write down a change, in the caller's transaction, without a mail: it goes back with what was changed before it.

    Returns its id.
    """
    await users.held(services.db, user_id)  # the changes of one person have their order
    await events.record(services, visitor, kind, user_id=user_id, now=now, **details)
    id = random_id()
    await changes.add(services.db, id=id, user_id=user_id, kind=kind, before=json.dumps(dict(before or {})), now=now)
    return id

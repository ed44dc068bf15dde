"""What follows when a mailbox has answered? Its address is proven, for one account and no other."""

from dataclasses import dataclass

from genkan.accounts import addresses, changes, events, guide, mailed, outbox
from genkan.accounts.guide import Guide
from genkan.accounts.services import Services, Visitor
from genkan.db import UniqueViolation
from genkan.errors import LinkExpired
from genkan.records import mailed_tokens, users
from genkan.records.mailed_tokens import Mailed
from genkan.records.users import User


@dataclass(frozen=True, slots=True)
class Proof:
    """A mailbox has answered. elsewhere: the account that has the address already; then no account was changed."""

    user_id: str
    address: str
    elsewhere: Guide | None


async def made(services: Services, visitor: Visitor, found: Mailed, *, now: int) -> Proof:
    """Use the code or link up, and prove its address. Raises LinkExpired: used, or the claim is another by now."""
    try:
        return await _made(services, visitor, found, now=now)
    except UniqueViolation:  # another account proved the address at the same moment: by now it is there to be seen
        return await _made(services, visitor, found, now=now)


async def _made(services: Services, visitor: Visitor, found: Mailed, *, now: int) -> Proof:
    async with services.db.transaction():
        user_id = found.user_id or ""
        before = await users.held(services.db, user_id)  # first, as an undo does: of two at once the second waits
        token = await mailed.take(services, found, now=now)
        proven = await users.prove(services.db, id=user_id, email=token.email, email_key=token.email_key, now=now)
        if before is None or proven is None:
            return Proof(user_id, token.email, await _elsewhere(services, token))
        if before.email is None or before.email_proven_at is None:
            await events.record(
                services, visitor, "email_proven", user_id=user_id, now=now, email=addresses.masked(token.email)
            )
        else:
            await _changed(services, visitor, before, token, now=now)
        return Proof(user_id, token.email, None)


async def _elsewhere(services: Services, token: Mailed) -> Guide:
    """Whose the address is, if not this account's. Raises LinkExpired where it is nobody else's: the claim was corrected."""
    holder = await users.by_proven_email(services.db, token.email_key)
    if holder is None or holder.id == token.user_id:
        raise LinkExpired
    return await guide.of_user(services, holder.id)


async def _changed(services: Services, visitor: Visitor, before: User, token: Mailed, *, now: int) -> None:
    """A proven address gave way to another: the old mailbox is told, with a way back, and the new one; old codes are dead."""
    old = before.email or ""
    for purpose in (mailed.RESET, mailed.CONFIRM):
        await mailed_tokens.remove_of_user(services.db, user_id=before.id, purpose=purpose.name)
    await changes.made(
        services,
        visitor,
        "email_changed",
        user=before,
        now=now,
        before={"email": old, "email_key": addresses.parse(old).key, "email_proven_at": before.email_proven_at},
        new_email=addresses.masked(token.email),
    )
    await outbox.put(
        services,
        template="email_changed_new",
        user_id=before.id,
        recipient=token.email,
        language=before.language or visitor.language,
        now=now,
        happened_at=now,
        device=visitor.device,
        place=visitor.address,
    )

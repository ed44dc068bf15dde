"""Who is invited? A link that a person of the team hands over, or has mailed; good for so many accounts, and for so long."""

import secrets
from dataclasses import dataclass, replace
from typing import Final

from genkan import log
from genkan.accounts import acts, addresses, mailed, outbox
from genkan.accounts.acts import Actor
from genkan.accounts.digests import digest, random_id
from genkan.accounts.mailed import INVITATION
from genkan.accounts.services import Services
from genkan.errors import InvitationExpired, InvitationGone, InvitationUsed, NotFound
from genkan.records import invitations, mailed_tokens
from genkan.records.invitations import Invitation

__all__ = ["KEPT", "LASTS", "Invitation", "Invited", "all", "by_link", "create", "proves", "use", "withdraw"]

LASTS: Final = INVITATION.lasts
KEPT: Final = 30 * 86_400  # seconds after its end: until then whoever comes late is told why it does not count
LANGUAGE: Final = "en"  # of a mail to somebody of whom nothing is known yet
SHOWN: Final = 1000  # of a list


@dataclass(frozen=True, slots=True)
class Invited:
    """link: its path on this site; None where it was mailed: then only whoever reads the mailbox has it."""

    id: str
    link: str | None


async def create(
    services: Services, actor: Actor, *, note: str, email: str | None, most: int, lasts: int, now: int
) -> Invited:
    """A new invitation. email: where it is mailed to, and then only there; most: accounts; lasts: seconds.

    note: for the team, whom it is for. Raises Invalid for what is no address.
    """
    address = addresses.parse(email) if email is not None else None
    async with services.db.transaction():
        purpose, id = replace(INVITATION, lasts=lasts), random_id()
        if address is not None:
            id = await mailed.issue(
                services, purpose, user_id=None, address=address, holder=secrets.token_urlsafe(), now=now
            )
        link = mailed.link_token(services.mail_keys[0], id)
        await invitations.add(
            services.db,
            id=id,
            link_hash=digest(link),
            note=note,
            email=address.written if address else None,
            created_by=actor.id,
            most=most,
            now=now,
            expires_at=now + lasts,
        )
        if address is not None:
            await _mail(services, address.written, id, days=lasts // 86_400, now=now)
        await acts.record(services, actor, "invitation_created", subject_id=None, now=now, count=most)
    return Invited(id, None if address else f"{purpose.path}{link}")


async def all(services: Services, *, now: int) -> list[Invitation]:
    """Those that count, and those that did lately."""
    return await invitations.newest(services.db, after=now - KEPT, most=SHOWN)


async def withdraw(services: Services, actor: Actor, id: str, *, now: int) -> None:
    """It counts no more; accounts that were made with it stay. Raises NotFound."""
    async with services.db.transaction():
        if await invitations.withdraw(services.db, id=id, now=now) is None:
            raise NotFound
        await acts.record(services, actor, "invitation_withdrawn", subject_id=None, now=now)
        await mailed_tokens.take(services.db, id=id, now=now)  # a mail that is still on its way is not sent


async def by_link(services: Services, link: str, *, now: int) -> Invitation:
    """What a link stands for; it is not used up by this. Raises InvitationGone, InvitationExpired, InvitationUsed."""
    found = await invitations.by_link(services.db, link_hash=digest(link))
    if found is None or found.withdrawn_at is not None:
        raise InvitationGone
    if found.expires_at <= now:
        raise InvitationExpired
    if found.used >= found.most:
        raise InvitationUsed
    return found


async def use(services: Services, invited: Invitation, *, user_id: str, now: int) -> None:
    """One account more, in the transaction that makes it. Raises InvitationUsed where others were quicker."""
    if await invitations.use(services.db, id=invited.id, now=now) is None:
        raise InvitationUsed
    services.db.afterwards(lambda: log.event("invitation used", invitation=invited.id, user=user_id))


def proves(invited: Invitation | None, email_key: str) -> bool:
    """Whether an address is proven by the invitation that was mailed there, and nowhere else."""
    return invited is not None and invited.email is not None and addresses.parse(invited.email).key == email_key


async def _mail(services: Services, recipient: str, id: str, *, days: int, now: int) -> None:
    await outbox.put(
        services,
        template=INVITATION.name,
        user_id=None,
        recipient=recipient,
        language=LANGUAGE,
        token_id=id,
        now=now,
        days=days,
    )

"""How does the team let a person in who has no password? By a link that it hands over, mailed or otherwise: for three days, once."""

from genkan.accounts import mailed, outbox
from genkan.accounts.addresses import Address
from genkan.accounts.digests import random_token
from genkan.accounts.mailed import HANDED
from genkan.accounts.services import Services
from genkan.records import mailed_tokens

NOWHERE = Address("", "")  # a link that goes to no mailbox, and so proves none


async def link(services: Services, user_id: str, *, address: Address | None, now: int) -> str:
    """The path of a link, in the caller's transaction; an earlier one is dead. address: the mailbox that it goes to, if any."""
    return mailed.carry(services.mail_keys[0], await _issue(services, user_id, address, now=now), HANDED).path


async def mail(
    services: Services, template: str, *, user_id: str, name: str, address: Address, language: str, now: int
) -> None:
    """The same by mail: reset_by_team, or welcome_by_team."""
    id = await _issue(services, user_id, address, now=now)
    await outbox.put(
        services, template=template, user_id=user_id, recipient=address.written, language=language, token_id=id,
        now=now, name=name, hours=HANDED.lasts // 3600,
    )  # fmt: skip


async def _issue(services: Services, user_id: str, address: Address | None, *, now: int) -> str:
    """Nobody holds its code: there is none in the mail."""
    await mailed_tokens.remove_of_user(services.db, user_id=user_id, purpose=HANDED.name)
    return await mailed.issue(
        services, HANDED, user_id=user_id, address=address or NOWHERE, holder=random_token(), now=now
    )

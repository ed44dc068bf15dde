"""How does a mail set out? As a row, in the same transaction as what causes it; it is sent afterwards, by any process."""

import json

from genkan.accounts.digests import random_id
from genkan.accounts.services import Services
from genkan.records import outbox


async def put(
    services: Services,
    *,
    template: str,
    user_id: str | None,
    recipient: str,
    language: str,
    now: int,
    token_id: str | None = None,
    **details: str | int | None,
) -> None:
    """In the caller's transaction. details: plain values for the template; never a code, a link or a password.

    token_id: of mailed_tokens; the sender derives code and link from it. Where mails have nowhere to go: nothing.
    """
    if not services.can_mail:
        return
    await outbox.add(
        services.db,
        id=random_id(),
        user_id=user_id,
        template=template,
        recipient=recipient,
        language=language,
        details=json.dumps(details),
        token_id=token_id,
        now=now,
    )
    services.db.afterwards(services.mail_waiting.set)


async def put_nobodys(
    services: Services, *, template: str, language: str, now: int, token_id: str, **details: str | int | None
) -> None:
    """The same work for nobody: a row that is never sent, and swept when its token has run out."""
    await outbox.add_nobodys(
        services.db,
        id=random_id(),
        template=template,
        language=language,
        details=json.dumps(details),
        token_id=token_id,
        now=now,
    )

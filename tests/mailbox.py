"""How do tests read the mails that were written? From the outbox; code and link are derived as the sender derives them."""

import json
from typing import Any, NamedTuple

from genkan.accounts import mailed
from genkan.accounts.mailed import PURPOSES
from starlette.applications import Starlette


class Letter(NamedTuple):
    """path: of its link; "" where it has none. code: as it stands in the mail; "" where it has none."""

    template: str
    recipient: str
    language: str
    details: dict[str, Any]
    path: str
    code: str


async def letters(app: Starlette, *, to: str | None = None) -> list[Letter]:
    """All that were written and are not swept yet, the oldest first; to: only those of one mailbox."""
    services = app.state.services
    rows = await services.db._rows(
        "SELECT outbox.template, outbox.recipient, outbox.language, outbox.details, outbox.token_id,"
        " mailed_tokens.purpose FROM outbox LEFT JOIN mailed_tokens ON mailed_tokens.id = outbox.token_id"
        " WHERE outbox.recipient <> ''"  # nobody's are never sent (accounts/reset.py)
        " ORDER BY outbox.created_at, outbox.id",
        {},
    )
    found = [_letter(services.mail_keys[0], dict(row._mapping)) for row in rows]
    return [each for each in found if to is None or each.recipient == to]


async def newest(app: Starlette, template: str, *, to: str | None = None) -> Letter:
    return [each for each in await letters(app, to=to) if each.template == template][-1]


def _letter(key: bytes, row: dict[str, Any]) -> Letter:
    purpose = PURPOSES.get(row["purpose"] or "")
    id = row["token_id"]
    path = f"{purpose.path}{mailed.link_token(key, id)}" if purpose and purpose.path else ""
    return Letter(
        row["template"],
        row["recipient"],
        row["language"],
        json.loads(row["details"]),
        path,
        mailed.code(key, id) if purpose else "",
    )

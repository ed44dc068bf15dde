"""How are accounts carried elsewhere? One after the other, the oldest first, in the form that an import reads."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from genkan.accounts import acts
from genkan.accounts.acts import Actor
from genkan.accounts.services import Services
from genkan.records import directory, own_data
from genkan.records.directory import Whole
from genkan.records.user_authentications import UNUSABLE

AT_ONCE: Final = 500  # accounts that are read at a time


async def people(services: Services, *, with_hashes: bool) -> AsyncIterator[dict[str, Any]]:
    """Each account by the names of import_rows.COLUMNS. with_hashes: the passwords' hashes too."""
    at, id = -1, ""
    while found := await directory.whole_page(services.db, at=at, after_id=id, most=AT_ONCE):
        for each in found:
            yield await _row(services, each, with_hashes=with_hashes)
        at, id = found[-1].created_at, found[-1].id


async def note(services: Services, actor: Actor, *, count: int, with_hashes: bool, now: int) -> None:
    """That it was done, and how many there were."""
    async with services.db.transaction():
        await acts.record(services, actor, "exported", subject_id=None, now=now, count=count, hashes=int(with_hashes))


async def _row(services: Services, each: Whole, *, with_hashes: bool) -> dict[str, Any]:
    linked = await own_data.providers(services.db, each.id)
    identities = [{"provider": one.provider, "identity": one.identity, "issuer": one.issuer} for one in linked]
    first = identities[0] if identities else dict.fromkeys(("provider", "identity", "issuer"), "")
    is_shown = with_hashes and each.password not in (None, UNUSABLE)
    return {
        "id": each.id,
        "name": each.name,
        "email": each.email or "",
        "email_proven": each.email_proven_at is not None,
        "username": each.username or "",
        "password_hash": each.password if is_shown else "",
        **first,
        "identities": json.dumps(identities[1:]) if identities[1:] else "",
        "created_at": f"{datetime.fromtimestamp(each.created_at, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "disabled": each.disabled_at is not None,
    }

"""What does a person get who asks for their data? Everything that is kept about them, in plain values."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from genkan.accounts import events
from genkan.accounts.services import Services, Visitor
from genkan.db import Database
from genkan.records import own_data

# The name of the section → who reads it.
SECTIONS: Final[Mapping[str, Callable[[Database, str], Awaitable[list[Any]]]]] = {
    "account": own_data.account,
    "password": own_data.password,
    "linked_accounts": own_data.providers,
    "logins": own_data.sessions,
    "activity": own_data.events,
    "mailed_codes": own_data.tokens,
    "mails": own_data.mails,
    "changes": own_data.changes,
    "acts": own_data.acts,
}
JSON: Final = frozenset({"details", "before"})  # columns that hold JSON


async def download(services: Services, visitor: Visitor, user_id: str, *, now: int) -> dict[str, list[dict[str, Any]]]:
    """Every section with its rows, and a note that somebody asked. Times are in words of ISO 8601, UTC."""
    async with services.db.transaction():
        await events.record(services, visitor, "data_downloaded", user_id=user_id, now=now)
        found: dict[str, list[dict[str, Any]]] = {}
        for name, read in SECTIONS.items():
            found[name] = [_plain(asdict(row)) for row in await read(services.db, user_id)]
        return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _readable(name, value) for name, value in row.items()}


def _readable(name: str, value: Any) -> Any:
    if name in JSON:
        return json.loads(value)
    if name.endswith(("_at", "_until")):
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%dT%H:%M:%SZ}" if value else None
    return value

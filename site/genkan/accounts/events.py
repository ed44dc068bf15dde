"""What is written down of an account, for its person and for the team? One row an event, for 90 days."""

import json
from typing import Final

from genkan.accounts.digests import random_id
from genkan.accounts.services import Services, Visitor
from genkan.records import events
from genkan.records.events import Event

__all__ = ["KEPT", "KINDS", "Event", "of_user", "record"]

KEPT: Final = 90 * 86_400  # seconds
MOST: Final = 200  # that one page shows
KINDS: Final = frozenset(
    {
        "signup",
        "login",
        "login_new_device",
        "login_blocked",
        "logout",
        "confirmed",
        "name_changed",
        "username_changed",
        "email_proven",
        "email_changed",
        "password_changed",
        "password_set",
        "way_added",
        "way_removed",
        "recovery_asked",
        "recovered",
        "session_ended",
        "sessions_ended",
        "undone",
        "data_downloaded",
        "leaving",
        "stayed",
    }
)


async def record(
    services: Services, visitor: Visitor, kind: str, *, user_id: str, now: int, **details: str | int | None
) -> None:
    """In the caller's transaction. kind: of KINDS; details: fixed words and names of providers, no secret, no address."""
    await events.add(
        services.db,
        id=random_id(),
        user_id=user_id,
        kind=kind,
        browser=visitor.device,
        address=visitor.address,
        session_id=visitor.session_id,
        details=json.dumps(details),
        now=now,
    )


async def of_user(services: Services, user_id: str, *, now: int) -> list[Event]:
    """The newest first."""
    return await events.of_user(services.db, user_id, since=now - KEPT, most=MOST)

"""What is written down of an account, for its person and for the team? One row an event, for 90 days."""

import json
from typing import Final

from genkan import log
from genkan.accounts.digests import random_id
from genkan.accounts.services import Services, Visitor
from genkan.records import events
from genkan.records.events import Event

__all__ = ["KEPT", "KINDS", "PAGE", "Event", "of_user", "record"]

KEPT: Final = 90 * 86_400  # seconds
PAGE: Final = 50  # that one page shows
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
        "recovered",
        "session_ended",
        "sessions_ended",
        "undone",
        "data_downloaded",
        "leaving",
        "stayed",
        "created_by_team",
        "disabled_by_team",
        "enabled_by_team",
        "sessions_ended_by_team",
        "recovery_sent_by_team",
        "password_ended_by_team",
        "admin_given_by_team",
        "admin_taken_by_team",
    }
)


async def record(
    services: Services, visitor: Visitor, kind: str, *, user_id: str, now: int, **details: str | int | None
) -> None:
    """In the caller's transaction; for the team also as a line of the log. user_id: nothing is kept of nobody.

    kind: of KINDS; details: fixed words and names of providers, no secret, no address.
    """
    added = await events.add(
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
    if added is not None:
        log.event("account event", kind=kind, user=added, address=visitor.address, session=visitor.session_id)


async def of_user(
    services: Services, user_id: str, *, now: int, before: tuple[int, str] | None = None
) -> tuple[list[Event], tuple[int, str] | None]:
    """One page, the newest first, and where the next one begins; None where there is none.

    before: where the last page ended, as this function gave it.
    """
    at, id = before or (2**62, "")
    found = await events.of_user(services.db, user_id, since=now - KEPT, at=at, before_id=id, most=PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], (last.happened_at, last.id) if last else None

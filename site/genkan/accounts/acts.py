"""What is written down of what the team does to accounts? One row an act, for two years, also when the account is gone."""

import json
from dataclasses import dataclass
from typing import Final

from genkan import log
from genkan.accounts.digests import random_id
from genkan.accounts.services import Services
from genkan.records import acts
from genkan.records.acts import Act

__all__ = ["COMMAND", "KEPT", "KINDS", "PAGE", "Act", "Actor", "page", "record"]

KEPT: Final = 2 * 365 * 86_400  # seconds
PAGE: Final = 50  # that one page shows
KINDS: Final = frozenset(
    {
        "created",
        "disabled",
        "enabled",
        "deleted",
        "sessions_ended",
        "everybody_logged_out",
        "recovery_sent",
        "password_ended",
        "admin_given",
        "admin_taken",
        "imported",
        "exported",
        "invitation_created",
        "invitation_withdrawn",
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who of the team does it. id: users.id of an admin, None: a command; address: of the admin's client."""

    id: str | None
    address: str = ""


COMMAND: Final = Actor(None)


async def record(
    services: Services, actor: Actor, kind: str, *, subject_id: str | None, now: int, **details: str | int | None
) -> None:
    """In the caller's transaction; also as a line of the log. kind: of KINDS; details: fixed words and counts, no name, no address."""
    await acts.add(
        services.db,
        id=random_id(),
        actor_id=actor.id,
        kind=kind,
        subject_id=subject_id,
        address=actor.address,
        details=json.dumps(details),
        now=now,
    )
    log.event("act of the team", kind=kind, actor=actor.id or "command", subject=subject_id, address=actor.address)


async def page(services: Services, *, after: str | None, most: int = PAGE, subject_id: str | None = None) -> list[Act]:
    """The newest first. after: the `cursor` of the last one that was shown; None: from the beginning.

    subject_id: only what was done to this account.
    """
    at, id = place(after)
    if subject_id is None:
        return await acts.newest(services.db, at=at, before_id=id, most=most)
    return await acts.of_subject(services.db, subject_id, at=at, before_id=id, most=most)


def place(after: str | None) -> tuple[int, str]:
    """Where a page begins, by a cursor; the first one where that cannot be read."""
    at, _, id = (after or "").partition(".")
    is_one = at.isascii() and at.isdigit() and len(at) < 16 and "\0" not in id
    return (int(at), id) if is_one else (2**62, "")

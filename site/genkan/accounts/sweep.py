"""What is thrown away? Rows that have run out; they are worth nothing already, this only saves their room."""

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Final

from genkan.accounts import acts, events, invitations, leaving, mailed, sending
from genkan.accounts.services import Services
from genkan.db import Database
from genkan.records import acts as act_rows
from genkan.records import (
    changes,
    mailed_tokens,
    oauth_attempts,
    outbox,
    provisional,
    sessions,
    throttle,
    users,
    waiting_identities,
)
from genkan.records import events as event_rows
from genkan.records import invitations as invitation_rows

MOST = 1000  # rows of each table at a time, so that nobody waits for a sweep
Sweep = Callable[[Database, int], Awaitable[int]]
# By the name of the table: throws away at most MOST that have run out, and says how many.
TABLES: Final[dict[str, Sweep]] = {
    "sessions": lambda db, now: sessions.remove_ended(db, now=now, most=MOST),
    "oauth_attempts": lambda db, now: oauth_attempts.remove_ended(db, now=now, most=MOST),
    "waiting_identities": lambda db, now: waiting_identities.remove_ended(db, now=now, most=MOST),
    "throttle": lambda db, now: throttle.remove_ended(db, now=now, most=MOST),
    "mailed_tokens": lambda db, now: mailed_tokens.remove_ended(db, now=now, most=MOST),
    "outbox, nobody's": lambda db, now: outbox.remove_nobodys(db, before=now - mailed.RESET.lasts, most=MOST),
    "outbox": lambda db, now: outbox.remove_older(db, before=now - sending.KEPT, most=MOST),
    "events": lambda db, now: event_rows.remove_older(db, before=now - events.KEPT, most=MOST),
    "changes": lambda db, now: changes.remove_older(db, before=now - mailed.UNDO.lasts, most=MOST),
    "invitations": lambda db, now: invitation_rows.remove_ended(db, now=now - invitations.KEPT, most=MOST),
    "users nobody was let in to": lambda db, now: provisional.remove_ended(db, now=now, most=MOST),
    "acts": lambda db, now: act_rows.remove_older(db, before=now - acts.KEPT, most=MOST),
}


async def ended(db: Database, *, now: int) -> dict[str, int]:
    """Some of each table. How many, by table."""
    return {name: await sweep(db, now) for name, sweep in TABLES.items()}


async def everything(services: Services, *, now: int) -> dict[str, int]:
    """Until nothing is left that has run out; accounts whose time has come, too. How many, by table."""
    swept: Counter[str] = Counter(users=0)
    while await users.due(services.db, now=now, most=1):
        swept["users"] += await leaving.purge(services, now=now)
    while True:
        found = await ended(services.db, now=now)
        swept.update(found)
        if max(found.values()) < MOST:
            return dict(swept)

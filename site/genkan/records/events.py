"""What happened to an account? The table `events`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Event:
    """kind: a word of accounts/events.py; browser, address: of whoever did it; details: JSON."""

    id: str
    kind: str
    happened_at: int
    browser: str
    address: str
    session_id: str | None
    details: str


@dataclass(frozen=True, slots=True)
class Where:
    """From where something was done; empty: by a command."""

    address: str


async def add(
    db: Database,
    *,
    id: str,
    user_id: str,
    kind: str,
    browser: str,
    address: str,
    session_id: str | None,
    details: str,
    now: int,
) -> str | None:
    """The user's id; None, and nothing is kept, where there is no such user: at the same cost, so that nobody learns it."""
    return await db.value(
        """
        INSERT INTO events (id, user_id, kind, happened_at, browser, address, session_id, details)
        SELECT CAST(:id AS TEXT), users.id, CAST(:kind AS TEXT), CAST(:now AS BIGINT), CAST(:browser AS TEXT),
               CAST(:address AS TEXT), CAST(:session_id AS TEXT), CAST(:details AS TEXT)
          FROM users
         WHERE users.id = :user_id
        RETURNING user_id
        """,
        id=id,
        user_id=user_id,
        kind=kind,
        browser=browser,
        address=address,
        session_id=session_id,
        details=details,
        now=now,
    )


async def of_user(db: Database, user_id: str, *, since: int, at: int, before_id: str, most: int) -> list[Event]:
    """The newest first, beginning after the one that happened `at` and has the id `before_id`."""
    return await db.all(
        Event,
        """
        SELECT id, kind, happened_at, browser, address, session_id, details
          FROM events
         WHERE user_id = :user_id
           AND happened_at >= :since
           AND happened_at <= :at
           AND (happened_at < :at OR id < :before_id)
         ORDER BY happened_at DESC, id DESC
         LIMIT :most
        """,
        user_id=user_id,
        since=since,
        at=at,
        before_id=before_id,
        most=most,
    )


async def latest_addresses(db: Database, *, most: int) -> list[str]:
    """The client addresses of the last events, newest first."""
    found = await db.all(
        Where,
        """
        SELECT address
          FROM events
         ORDER BY happened_at DESC
         LIMIT :most
        """,
        most=most,
    )
    return [each.address for each in found]


async def remove_older(db: Database, *, before: int, most: int) -> int:
    """Sweep at most `most` that are older than they are kept. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM events
         WHERE id IN (SELECT id FROM events WHERE happened_at < :before LIMIT :most)
        RETURNING 1 AS one
        """,
        before=before,
        most=most,
    )
    return len(swept)

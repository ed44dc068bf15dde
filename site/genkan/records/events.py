"""What happened to an account? The table `events`."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Event:
    """kind: a word of accounts/events.py; browser, address: of whoever did it; details: JSON."""

    kind: str
    happened_at: int
    browser: str
    address: str
    session_id: str | None
    details: str


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
) -> None:
    await db.run(
        """
        INSERT INTO events (id, user_id, kind, happened_at, browser, address, session_id, details)
        VALUES (:id, :user_id, :kind, :now, :browser, :address, :session_id, :details)
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


async def of_user(db: Database, user_id: str, *, since: int, most: int) -> list[Event]:
    """The newest first."""
    return await db.all(
        Event,
        """
        SELECT kind, happened_at, browser, address, session_id, details
          FROM events
         WHERE user_id = :user_id AND happened_at >= :since
         ORDER BY happened_at DESC, id
         LIMIT :most
        """,
        user_id=user_id,
        since=since,
        most=most,
    )


async def remove_older(db: Database, *, before: int, most: int) -> None:
    """Sweep at most `most` that are older than they are kept."""
    await db.run(
        """
        DELETE FROM events
         WHERE id IN (SELECT id FROM events WHERE happened_at < :before LIMIT :most)
        """,
        before=before,
        most=most,
    )

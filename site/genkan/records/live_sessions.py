"""Who is logged in, as the team sees it? Read from `sessions` and its users together."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.sessions import Ended


@dataclass(frozen=True, slots=True)
class Live:
    """One login that is alive, and whose. username: None without a password."""

    id: str
    user_id: str
    username: str | None
    name: str
    method: str
    browser: str
    address: str
    created_at: int
    last_seen_at: int
    expires_at: int


async def one(db: Database, id: str, *, now: int) -> Live | None:
    return await db.one(
        Live,
        """
        SELECT sessions.id, sessions.user_id, user_authentications.username, users.name, sessions.method,
               sessions.browser, sessions.address, sessions.created_at, sessions.last_seen_at, sessions.expires_at
          FROM sessions
          JOIN users ON users.id = sessions.user_id
          LEFT JOIN user_authentications ON user_authentications.user_id = users.id
         WHERE sessions.id = :id AND sessions.ended_at IS NULL AND sessions.expires_at > :now
        """,
        id=id,
        now=now,
    )


async def page(db: Database, *, at: int, after_id: str, most: int) -> list[Live]:
    """Those that run out first, beginning after the one that ends `at` and has the id `after_id`."""
    return await db.all(
        Live,
        """
        SELECT sessions.id, sessions.user_id, user_authentications.username, users.name, sessions.method,
               sessions.browser, sessions.address, sessions.created_at, sessions.last_seen_at, sessions.expires_at
          FROM sessions
          JOIN users ON users.id = sessions.user_id
          LEFT JOIN user_authentications ON user_authentications.user_id = users.id
         WHERE sessions.expires_at >= :at
           AND (sessions.expires_at > :at OR sessions.id > :after_id)
           AND sessions.ended_at IS NULL
         ORDER BY sessions.expires_at, sessions.id
         LIMIT :most
        """,
        at=at,
        after_id=after_id,
        most=most,
    )


async def of_user(db: Database, user_id: str, *, now: int, most: int) -> list[Live]:
    """Seen last first."""
    return await db.all(
        Live,
        """
        SELECT sessions.id, sessions.user_id, user_authentications.username, users.name, sessions.method,
               sessions.browser, sessions.address, sessions.created_at, sessions.last_seen_at, sessions.expires_at
          FROM sessions
          JOIN users ON users.id = sessions.user_id
          LEFT JOIN user_authentications ON user_authentications.user_id = users.id
         WHERE sessions.user_id = :user_id AND sessions.ended_at IS NULL AND sessions.expires_at > :now
         ORDER BY sessions.last_seen_at DESC, sessions.id
         LIMIT :most
        """,
        user_id=user_id,
        now=now,
        most=most,
    )


async def end_some(db: Database, *, reason: str, now: int, most: int) -> list[Ended]:
    """End at most `most` live sessions, whoever has them."""
    return await db.all(
        Ended,
        """
        UPDATE sessions
           SET ended_at = :now, end_reason = :reason
         WHERE id IN (SELECT id FROM sessions WHERE expires_at > :now AND ended_at IS NULL LIMIT :most)
        RETURNING id, user_id, browser, is_kept
        """,
        reason=reason,
        now=now,
        most=most,
    )

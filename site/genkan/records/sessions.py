"""Which logins are alive? The table `sessions`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Session:
    """A live login and its user, in one row. method: 'password', or the provider's name; times: as in schema.sql."""

    id: str
    user_id: str
    method: str
    created_at: int
    expires_at: int
    last_seen_at: int
    confirmed_at: int
    name: str
    email: str | None
    email_proven_at: int | None
    leaves_at: int | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Device:
    """A live login as its person sees it. method: 'password', or the provider's name; browser, address: of the login."""

    id: str
    method: str
    browser: str
    address: str
    created_at: int
    last_seen_at: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A login that is over. is_kept: whether its cookie was to outlive the browser's window."""

    id: str
    user_id: str
    browser: str
    is_kept: bool


async def add(
    db: Database,
    *,
    id: str,
    user_id: str,
    method: str,
    browser: str,
    address: str,
    is_kept: bool,
    now: int,
    expires_at: int,
) -> None:
    await db.run(
        """
        INSERT INTO sessions (id, user_id, method, created_at, expires_at, last_seen_at, confirmed_at,
                              browser, address, is_kept)
        VALUES (:id, :user_id, :method, :now, :expires_at, :now, :now, :browser, :address, :is_kept)
        """,
        id=id,
        user_id=user_id,
        method=method,
        browser=browser,
        address=address,
        is_kept=is_kept,
        now=now,
        expires_at=expires_at,
    )


async def live(db: Database, *, id: str, user_id: str, now: int) -> Session | None:
    """The session, if it is this user's, has not run out and was not ended, and the account is open and stays."""
    return await db.one(
        Session,
        """
        SELECT sessions.id, sessions.user_id, sessions.method, sessions.created_at, sessions.expires_at,
               sessions.last_seen_at, sessions.confirmed_at,
               users.name, users.email, users.email_proven_at, users.leaves_at, users.language
          FROM sessions
          JOIN users ON users.id = sessions.user_id
         WHERE sessions.id = :id
           AND sessions.user_id = :user_id
           AND sessions.expires_at > :now
           AND sessions.ended_at IS NULL
           AND users.disabled_at IS NULL
           AND users.leaves_at IS NULL
        """,
        id=id,
        user_id=user_id,
        now=now,
    )


async def confirm(db: Database, *, id: str, user_id: str, now: int) -> str | None:
    """The person has shown that it is them. The session's id; None where it is not alive (any more)."""
    return await db.value(
        """
        UPDATE sessions
           SET confirmed_at = :now
         WHERE id = :id AND user_id = :user_id AND ended_at IS NULL AND expires_at > :now
        RETURNING id
        """,
        id=id,
        user_id=user_id,
        now=now,
    )


async def end_all_of(db: Database, *, user_id: str, except_id: str, reason: str, now: int) -> list[Ended]:
    """End every session of a user but one ('' for none); those that were alive."""
    return await db.all(
        Ended,
        """
        UPDATE sessions
           SET ended_at = :now, end_reason = :reason
         WHERE user_id = :user_id AND id <> :except_id AND ended_at IS NULL AND expires_at > :now
        RETURNING id, user_id, browser, is_kept
        """,
        user_id=user_id,
        except_id=except_id,
        reason=reason,
        now=now,
    )


async def end_one_of(db: Database, *, id: str, user_id: str, except_id: str, reason: str, now: int) -> Ended | None:
    """End one session; None for somebody else's, one that is over, one that never was, and `except_id`."""
    return await db.one(
        Ended,
        """
        UPDATE sessions
           SET ended_at = :now, end_reason = :reason
         WHERE id = :id AND user_id = :user_id AND id <> :except_id AND ended_at IS NULL AND expires_at > :now
        RETURNING id, user_id, browser, is_kept
        """,
        id=id,
        user_id=user_id,
        except_id=except_id,
        reason=reason,
        now=now,
    )


async def end_oldest_of(db: Database, *, user_id: str, newest_id: str, most: int, reason: str, now: int) -> None:
    """End what a user has beyond `most` live sessions, of which `newest_id` is one."""
    await db.run(
        """
        UPDATE sessions
           SET ended_at = :now, end_reason = :reason
         WHERE user_id = :user_id
           AND ended_at IS NULL
           AND id <> :newest_id
           AND id NOT IN (SELECT id
                            FROM sessions
                           WHERE user_id = :user_id AND ended_at IS NULL AND expires_at > :now AND id <> :newest_id
                           ORDER BY created_at DESC, id
                           LIMIT :most - 1)
        """,
        user_id=user_id,
        newest_id=newest_id,
        most=most,
        reason=reason,
        now=now,
    )


async def live_of(db: Database, *, user_id: str, first_id: str, now: int, most: int) -> list[Device]:
    """A user's live sessions: `first_id`, then those that were seen last."""
    return await db.all(
        Device,
        """
        SELECT id, method, browser, address, created_at, last_seen_at
          FROM sessions
         WHERE user_id = :user_id AND ended_at IS NULL AND expires_at > :now
         ORDER BY CASE WHEN id = :first_id THEN 0 ELSE 1 END, last_seen_at DESC, created_at DESC, id
         LIMIT :most
        """,
        user_id=user_id,
        first_id=first_id,
        now=now,
        most=most,
    )


async def end_reason(db: Database, *, id: str, user_id: str) -> str | None:
    """Why a session was ended from elsewhere; None where it was not."""
    return await db.value(
        """
        SELECT end_reason
          FROM sessions
         WHERE id = :id AND user_id = :user_id
        """,
        id=id,
        user_id=user_id,
    )


async def seen(db: Database, *, id: str, now: int, before: int) -> None:
    """Note that it is in use, unless it was noted after `before`."""
    await db.run(
        """
        UPDATE sessions
           SET last_seen_at = :now
         WHERE id = :id AND last_seen_at <= :before
        """,
        id=id,
        now=now,
        before=before,
    )


async def remove(db: Database, id: str) -> Ended | None:
    """The session is over, and nothing of it stays; None where there was none."""
    return await db.one(
        Ended,
        """
        DELETE FROM sessions
         WHERE id = :id
        RETURNING id, user_id, browser, is_kept
        """,
        id=id,
    )


async def ending_between(db: Database, *, after: int, until: int) -> int:
    """How many live sessions run out later than `after`, and not later than `until`."""
    found: int | None = await db.value(
        """
        SELECT COUNT(*)
          FROM sessions
         WHERE expires_at > :after AND expires_at <= :until AND ended_at IS NULL
        """,
        after=after,
        until=until,
    )
    return found or 0


async def remove_ended(db: Database, *, now: int, most: int) -> int:
    """Sweep at most `most` sessions that have run out. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM sessions
         WHERE id IN (SELECT id FROM sessions WHERE expires_at <= :now LIMIT :most)
        RETURNING 1 AS one
        """,
        now=now,
        most=most,
    )
    return len(swept)

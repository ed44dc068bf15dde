"""Which logins are alive? The table `sessions`."""

from dataclasses import dataclass

from genkan.db import Database


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
class Ended:
    id: str


async def add(
    db: Database, *, id: str, user_id: str, method: str, browser: str, address: str, now: int, expires_at: int
) -> None:
    await db.run(
        """
        INSERT INTO sessions (id, user_id, method, created_at, expires_at, last_seen_at, confirmed_at, browser, address)
        VALUES (:id, :user_id, :method, :now, :expires_at, :now, :now, :browser, :address)
        """,
        id=id,
        user_id=user_id,
        method=method,
        browser=browser,
        address=address,
        now=now,
        expires_at=expires_at,
    )


async def live(db: Database, *, id: str, user_id: str, now: int) -> Session | None:
    """The session, if it is this user's, has not run out and was not ended, and the account is open."""
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
        RETURNING id
        """,
        user_id=user_id,
        except_id=except_id,
        reason=reason,
        now=now,
    )


async def remove(db: Database, id: str) -> str | None:
    """The method that the ended session came in by, or None where there was none."""
    return await db.value(
        """
        DELETE FROM sessions
         WHERE id = :id
        RETURNING method
        """,
        id=id,
    )


async def remove_ended(db: Database, *, now: int, most: int) -> None:
    """Sweep at most `most` sessions that have run out."""
    await db.run(
        """
        DELETE FROM sessions
         WHERE id IN (SELECT id FROM sessions WHERE expires_at <= :now LIMIT :most)
        """,
        now=now,
        most=most,
    )

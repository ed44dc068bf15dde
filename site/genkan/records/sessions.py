"""Which logins are alive? The table `sessions`."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Session:
    """A live login and its user, in one row. method: 'password', or the provider's name."""

    id: str
    user_id: str
    method: str
    expires_at: int
    name: str
    email: str | None
    email_proven_at: int | None


async def add(db: Database, *, id: str, user_id: str, method: str, now: int, expires_at: int) -> None:
    await db.run(
        """
        INSERT INTO sessions (id, user_id, method, created_at, expires_at)
        VALUES (:id, :user_id, :method, :now, :expires_at)
        """,
        id=id,
        user_id=user_id,
        method=method,
        now=now,
        expires_at=expires_at,
    )


async def live(db: Database, *, id: str, user_id: str, now: int) -> Session | None:
    """The session, if it is this user's, has not run out, and the account is open."""
    return await db.one(
        Session,
        """
        SELECT sessions.id, sessions.user_id, sessions.method, sessions.expires_at,
               users.name, users.email, users.email_proven_at
          FROM sessions
          JOIN users ON users.id = sessions.user_id
         WHERE sessions.id = :id
           AND sessions.user_id = :user_id
           AND sessions.expires_at > :now
           AND users.disabled_at IS NULL
        """,
        id=id,
        user_id=user_id,
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

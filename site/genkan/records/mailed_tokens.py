"""Which mailed codes and links still count? The table `mailed_tokens`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Mailed:
    """One code and link, as they were mailed. user_id: None for an address that has no account."""

    id: str
    purpose: str
    user_id: str | None
    email: str
    email_key: str
    code_hash: str
    tries: int
    change_id: str | None
    created_at: int
    expires_at: int


async def add(
    db: Database,
    *,
    id: str,
    purpose: str,
    user_id: str | None,
    email: str,
    email_key: str,
    holder_hash: str,
    link_hash: str,
    code_hash: str,
    change_id: str | None,
    now: int,
    expires_at: int,
) -> None:
    await db.run(
        """
        INSERT INTO mailed_tokens (id, purpose, user_id, email, email_key, holder_hash, link_hash, code_hash,
                                   tries, change_id, created_at, expires_at)
        VALUES (:id, :purpose, :user_id, :email, :email_key, :holder_hash, :link_hash, :code_hash,
                0, :change_id, :now, :expires_at)
        """,
        id=id,
        purpose=purpose,
        user_id=user_id,
        email=email,
        email_key=email_key,
        holder_hash=holder_hash,
        link_hash=link_hash,
        code_hash=code_hash,
        change_id=change_id,
        now=now,
        expires_at=expires_at,
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What a mail needs to carry its link and code."""

    id: str
    purpose: str
    link_hash: str
    expires_at: int


async def by_id(db: Database, id: str) -> Sent | None:
    return await db.one(
        Sent,
        """
        SELECT id, purpose, link_hash, expires_at
          FROM mailed_tokens
         WHERE id = :id
        """,
        id=id,
    )


async def by_link(db: Database, *, link_hash: str, purpose: str, now: int) -> Mailed | None:
    """Looked at, not taken: a mail scanner may open every link."""
    return await db.one(
        Mailed,
        """
        SELECT id, purpose, user_id, email, email_key, code_hash, tries, change_id, created_at, expires_at
          FROM mailed_tokens
         WHERE link_hash = :link_hash AND purpose = :purpose AND expires_at > :now
        """,
        link_hash=link_hash,
        purpose=purpose,
        now=now,
    )


async def of_holder(db: Database, *, holder_hash: str, purpose: str, now: int) -> Mailed | None:
    """The newest one whose code this holder may type."""
    return await db.one(
        Mailed,
        """
        SELECT id, purpose, user_id, email, email_key, code_hash, tries, change_id, created_at, expires_at
          FROM mailed_tokens
         WHERE holder_hash = :holder_hash AND purpose = :purpose AND expires_at > :now
         ORDER BY created_at DESC
         LIMIT 1
        """,
        holder_hash=holder_hash,
        purpose=purpose,
        now=now,
    )


async def count_try(db: Database, *, holder_hash: str, purpose: str, now: int, most: int) -> Mailed | None:
    """The one whose code is about to be compared, with this try counted; None beyond `most`, or where there is none."""
    return await db.one(
        Mailed,
        """
        UPDATE mailed_tokens
           SET tries = tries + 1
         WHERE holder_hash = :holder_hash AND purpose = :purpose AND expires_at > :now AND tries < :most
        RETURNING id, purpose, user_id, email, email_key, code_hash, tries, change_id, created_at, expires_at
        """,
        holder_hash=holder_hash,
        purpose=purpose,
        now=now,
        most=most,
    )


async def take(db: Database, *, id: str, now: int) -> Mailed | None:
    """Removed: whoever asks second gets None."""
    return await db.one(
        Mailed,
        """
        DELETE FROM mailed_tokens
         WHERE id = :id AND expires_at > :now
        RETURNING id, purpose, user_id, email, email_key, code_hash, tries, change_id, created_at, expires_at
        """,
        id=id,
        now=now,
    )


async def remove_of_holder(db: Database, *, holder_hash: str, purpose: str) -> None:
    """A newer one takes their place."""
    await db.run(
        """
        DELETE FROM mailed_tokens
         WHERE holder_hash = :holder_hash AND purpose = :purpose
        """,
        holder_hash=holder_hash,
        purpose=purpose,
    )


async def remove_of_user(db: Database, *, user_id: str, purpose: str) -> None:
    await db.run(
        """
        DELETE FROM mailed_tokens
         WHERE user_id = :user_id AND purpose = :purpose
        """,
        user_id=user_id,
        purpose=purpose,
    )


async def remove_all_but_earlier_undos(db: Database, *, user_id: str, position: int) -> None:
    """All of a user, but for the links that take back what was changed before this position (changes.position)."""
    await db.run(
        """
        DELETE FROM mailed_tokens
         WHERE user_id = :user_id
           AND (purpose <> 'undo'
                OR change_id NOT IN (SELECT id FROM changes WHERE user_id = :user_id AND position < :position))
        """,
        user_id=user_id,
        position=position,
    )


async def remove_some(db: Database, *, most: int) -> int:
    """At most `most` of all there are. How many there were."""
    removed = await db.all(
        Swept,
        """
        DELETE FROM mailed_tokens
         WHERE id IN (SELECT id FROM mailed_tokens LIMIT :most)
        RETURNING 1 AS one
        """,
        most=most,
    )
    return len(removed)


async def remove_ended(db: Database, *, now: int, most: int) -> int:
    """Sweep at most `most` that have run out. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM mailed_tokens
         WHERE id IN (SELECT id FROM mailed_tokens WHERE expires_at <= :now LIMIT :most)
        RETURNING 1 AS one
        """,
        now=now,
        most=most,
    )
    return len(swept)

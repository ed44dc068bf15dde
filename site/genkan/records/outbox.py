"""Which mails are to be sent? The table `outbox`: written with the change that causes a mail, emptied by any process."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Post:
    """One mail. details: JSON for the template; token_id: whose code and link it carries; tries: so far."""

    id: str
    template: str
    recipient: str
    language: str
    details: str
    token_id: str | None
    created_at: int
    tries: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail as /dev/mail shows it; times as in schema.sql."""

    id: str
    template: str
    recipient: str
    language: str
    details: str
    token_id: str | None
    created_at: int
    tries: int
    sent_at: int | None
    dead_at: int | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mails that are to be sent. oldest: when the oldest of them was written; None where there is none."""

    mails: int
    oldest: int | None


async def add(
    db: Database,
    *,
    id: str,
    user_id: str | None,
    template: str,
    recipient: str,
    language: str,
    details: str,
    token_id: str | None,
    now: int,
) -> None:
    await db.run(
        """
        INSERT INTO outbox (id, user_id, template, recipient, language, details, token_id,
                            created_at, due_at, tries, claimed_until)
        VALUES (:id, :user_id, :template, :recipient, :language, :details, :token_id, :now, :now, 0, 0)
        """,
        id=id,
        user_id=user_id,
        template=template,
        recipient=recipient,
        language=language,
        details=details,
        token_id=token_id,
        now=now,
    )


async def due(db: Database, *, now: int) -> str | None:
    """The id of the mail that has been due the longest, and that nobody is at."""
    return await db.value(
        """
        SELECT id
          FROM outbox
         WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= :now AND claimed_until <= :now
         ORDER BY due_at
         LIMIT 1
        """,
        now=now,
    )


async def claim(db: Database, *, now: int, until: int) -> Post | None:
    """Take the mail that has been due the longest; None where there is none, or another process was quicker."""
    return await db.one(
        Post,
        """
        UPDATE outbox
           SET claimed_until = :until, tries = tries + 1
         WHERE id = (SELECT id
                       FROM outbox
                      WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= :now AND claimed_until <= :now
                      ORDER BY due_at
                      LIMIT 1)
           AND claimed_until <= :now AND due_at <= :now AND sent_at IS NULL AND dead_at IS NULL
        RETURNING id, template, recipient, language, details, token_id, created_at, tries
        """,
        now=now,
        until=until,
    )


async def waiting(db: Database) -> Waiting | None:
    return await db.one(
        Waiting,
        """
        SELECT COUNT(*) AS mails, MIN(created_at) AS oldest
          FROM outbox
         WHERE sent_at IS NULL AND dead_at IS NULL
        """,
    )


async def dead(db: Database) -> int:
    """How many were given up and are not swept yet."""
    found: int | None = await db.value(
        """
        SELECT COUNT(*)
          FROM outbox
         WHERE dead_at IS NOT NULL AND recipient <> ''
        """,
    )
    return found or 0


async def remove(db: Database, id: str) -> None:
    await db.run(
        """
        DELETE FROM outbox
         WHERE id = :id
        """,
        id=id,
    )


async def keep(db: Database, *, id: str, now: int) -> None:
    """Sent, and kept to be looked at."""
    await db.run(
        """
        UPDATE outbox
           SET sent_at = :now
         WHERE id = :id
        """,
        id=id,
        now=now,
    )


async def postpone(db: Database, *, id: str, due_at: int, tries: int) -> None:
    await db.run(
        """
        UPDATE outbox
           SET claimed_until = 0, due_at = :due_at, tries = :tries
         WHERE id = :id
        """,
        id=id,
        due_at=due_at,
        tries=tries,
    )


async def give_up(db: Database, *, id: str, now: int) -> None:
    await db.run(
        """
        UPDATE outbox
           SET dead_at = :now
         WHERE id = :id
        """,
        id=id,
        now=now,
    )


async def newest(db: Database, *, most: int) -> list[Kept]:
    """The newest first, sent or not."""
    return await db.all(
        Kept,
        """
        SELECT id, template, recipient, language, details, token_id, created_at, tries, sent_at, dead_at
          FROM outbox
         ORDER BY created_at DESC, id
         LIMIT :most
        """,
        most=most,
    )


async def by_id(db: Database, id: str) -> Kept | None:
    return await db.one(
        Kept,
        """
        SELECT id, template, recipient, language, details, token_id, created_at, tries, sent_at, dead_at
          FROM outbox
         WHERE id = :id
        """,
        id=id,
    )


async def remove_older(db: Database, *, before: int, most: int) -> int:
    """Sweep at most `most` that were sent and kept, or given up. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM outbox
         WHERE id IN (SELECT id
                        FROM outbox
                       WHERE created_at < :before AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)
                       LIMIT :most)
        RETURNING 1 AS one
        """,
        before=before,
        most=most,
    )
    return len(swept)


async def add_nobodys(
    db: Database, *, id: str, template: str, language: str, details: str, token_id: str, now: int
) -> None:
    """A row as heavy as a mail's and dead from the start: that somebody has no account must not show in the time it takes."""
    await db.run(
        """
        INSERT INTO outbox (id, user_id, template, recipient, language, details, token_id,
                            created_at, due_at, tries, claimed_until, dead_at)
        VALUES (:id, NULL, :template, '', :language, :details, :token_id, :now, :now, 0, 0, :now)
        """,
        id=id,
        template=template,
        language=language,
        details=details,
        token_id=token_id,
        now=now,
    )


async def remove_nobodys(db: Database, *, before: int, most: int) -> int:
    """Sweep at most `most` rows that were never to be sent. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM outbox
         WHERE id IN (SELECT id FROM outbox WHERE created_at < :before AND recipient = '' LIMIT :most)
        RETURNING 1 AS one
        """,
        before=before,
        most=most,
    )
    return len(swept)

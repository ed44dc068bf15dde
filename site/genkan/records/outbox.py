"""Which mails are to be sent? The table `outbox`: written with the change that causes a mail, emptied by any process."""

from dataclasses import dataclass

from genkan.db import Database


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


async def remove_nobodys(db: Database, *, before: int, most: int) -> None:
    """Sweep at most `most` rows that were never to be sent."""
    await db.run(
        """
        DELETE FROM outbox
         WHERE id IN (SELECT id FROM outbox WHERE created_at < :before AND recipient = '' LIMIT :most)
        """,
        before=before,
        most=most,
    )

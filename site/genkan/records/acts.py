"""What did the team do to accounts? The table `acts`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Act:
    """actor_id: users.id of an admin, None for a command; kind: a word of accounts/acts.py; details: JSON."""

    id: str
    actor_id: str | None
    kind: str
    subject_id: str | None
    happened_at: int
    address: str
    details: str

    @property
    def cursor(self) -> str:
        """Where the page after this one begins."""
        return f"{self.happened_at}.{self.id}"


async def add(
    db: Database,
    *,
    id: str,
    actor_id: str | None,
    kind: str,
    subject_id: str | None,
    address: str,
    details: str,
    now: int,
) -> None:
    await db.run(
        """
        INSERT INTO acts (id, actor_id, kind, subject_id, happened_at, address, details)
        VALUES (:id, :actor_id, :kind, :subject_id, :now, :address, :details)
        """,
        id=id,
        actor_id=actor_id,
        kind=kind,
        subject_id=subject_id,
        address=address,
        details=details,
        now=now,
    )


async def newest(db: Database, *, at: int, before_id: str, most: int) -> list[Act]:
    """The newest first, beginning after the one that happened `at` and has the id `before_id`."""
    return await db.all(
        Act,
        """
        SELECT id, actor_id, kind, subject_id, happened_at, address, details
          FROM acts
         WHERE happened_at <= :at AND (happened_at < :at OR id < :before_id)
         ORDER BY happened_at DESC, id DESC
         LIMIT :most
        """,
        at=at,
        before_id=before_id,
        most=most,
    )


async def of_subject(db: Database, subject_id: str, *, at: int, before_id: str, most: int) -> list[Act]:
    """The same of one account."""
    return await db.all(
        Act,
        """
        SELECT id, actor_id, kind, subject_id, happened_at, address, details
          FROM acts
         WHERE subject_id = :subject_id AND happened_at <= :at AND (happened_at < :at OR id < :before_id)
         ORDER BY happened_at DESC, id DESC
         LIMIT :most
        """,
        subject_id=subject_id,
        at=at,
        before_id=before_id,
        most=most,
    )


async def remove_older(db: Database, *, before: int, most: int) -> int:
    """Sweep at most `most` that are older than they are kept. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM acts
         WHERE id IN (SELECT id FROM acts WHERE happened_at < :before LIMIT :most)
        RETURNING 1 AS one
        """,
        before=before,
        most=most,
    )
    return len(swept)

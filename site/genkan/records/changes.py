"""What was changed and can be taken back? The table `changes`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Change:
    """kind: a word of accounts/changes.py; before: JSON, how it was."""

    id: str
    user_id: str
    position: int
    kind: str
    before: str
    changed_at: int


async def add(db: Database, *, id: str, user_id: str, kind: str, before: str, now: int) -> None:
    await db.run(
        """
        INSERT INTO changes (id, user_id, position, kind, before, changed_at)
        VALUES (:id, :user_id, (SELECT COALESCE(MAX(position), 0) + 1 FROM changes WHERE user_id = :user_id),
                :kind, :before, :now)
        """,
        id=id,
        user_id=user_id,
        kind=kind,
        before=before,
        now=now,
    )


async def by_id(db: Database, id: str) -> Change | None:
    return await db.one(
        Change,
        """
        SELECT id, user_id, position, kind, before, changed_at
          FROM changes
         WHERE id = :id
        """,
        id=id,
    )


async def since(db: Database, *, user_id: str, position: int) -> list[Change]:
    """This one and all that came after it, the newest first."""
    return await db.all(
        Change,
        """
        SELECT id, user_id, position, kind, before, changed_at
          FROM changes
         WHERE user_id = :user_id AND position >= :position
         ORDER BY position DESC
        """,
        user_id=user_id,
        position=position,
    )


async def remove_since(db: Database, *, user_id: str, position: int) -> None:
    await db.run(
        """
        DELETE FROM changes
         WHERE user_id = :user_id AND position >= :position
        """,
        user_id=user_id,
        position=position,
    )


async def remove_older(db: Database, *, before: int, most: int) -> int:
    """Sweep at most `most` that cannot be taken back any more. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM changes
         WHERE id IN (SELECT id FROM changes WHERE changed_at < :before LIMIT :most)
        RETURNING 1 AS one
        """,
        before=before,
        most=most,
    )
    return len(swept)

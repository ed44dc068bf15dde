"""How often was something tried? The table `throttle`: counts in windows."""

from collections.abc import Sequence
from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Count:
    """count: tries in this window, this one included. expires_at: its end, unix seconds."""

    count: int
    expires_at: int


async def add(db: Database, *, id: str, now: int, expires_at: int) -> Count:
    """Count one more try; a window that has run out begins anew, to end at `expires_at`.

    So does one that ends a minute and more after that: the clock was set back, and it would last until it is there again.
    """
    return await db.one(
        Count,
        """
        INSERT INTO throttle (id, count, expires_at)
        VALUES (:id, 1, :expires_at)
            ON CONFLICT (id) DO UPDATE
           SET count = CASE WHEN throttle.expires_at <= :now OR throttle.expires_at > :expires_at + 60
                            THEN 1 ELSE throttle.count + 1 END,
               expires_at = CASE WHEN throttle.expires_at <= :now OR throttle.expires_at > :expires_at + 60
                                 THEN :expires_at ELSE throttle.expires_at END
        RETURNING count, expires_at
        """,
        id=id,
        now=now,
        expires_at=expires_at,
    ) or Count(count=1, expires_at=expires_at)


async def take_back(db: Database, id: str) -> None:
    """Uncount one try: it turned out well."""
    await db.run(
        """
        UPDATE throttle
           SET count = count - 1
         WHERE id = :id AND count > 0
        """,
        id=id,
    )


async def rename(db: Database, *, id: str, new: str) -> None:
    """The same count under another id, unless there is one already."""
    await db.run(
        """
        UPDATE throttle
           SET id = :new
         WHERE id = :id AND NOT EXISTS (SELECT 1 FROM throttle AS other WHERE other.id = :new)
        """,
        id=id,
        new=new,
    )


async def remove(db: Database, ids: Sequence[str]) -> None:
    """These counts are gone, four at a time."""
    for at in range(0, len(ids), 4):
        first, second, third, fourth = (ids[min(place, len(ids) - 1)] for place in range(at, at + 4))
        await db.run(
            """
            DELETE FROM throttle
             WHERE id IN (:first, :second, :third, :fourth)
            """,
            first=first,
            second=second,
            third=third,
            fourth=fourth,
        )


async def remove_ended(db: Database, *, now: int, most: int) -> int:
    """Sweep at most `most` windows that have run out. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM throttle
         WHERE id IN (SELECT id FROM throttle WHERE expires_at <= :now LIMIT :most)
        RETURNING 1 AS one
        """,
        now=now,
        most=most,
    )
    return len(swept)

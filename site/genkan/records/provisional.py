"""Which accounts was nobody let in to yet? The column `provisional_until` of the table `users`."""

from genkan.db import Database
from genkan.records.swept import Swept


async def settle(db: Database, id: str) -> None:
    """The account has been let in, and stays."""
    await db.run(
        """
        UPDATE users
           SET provisional_until = NULL
         WHERE id = :id AND provisional_until IS NOT NULL
        """,
        id=id,
    )


async def remove_ended(db: Database, *, now: int, most: int) -> int:
    """Sweep at most `most` that nobody was let in to. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM users
         WHERE id IN (SELECT id FROM users WHERE provisional_until <= :now LIMIT :most)
        RETURNING 1 AS one
        """,
        now=now,
        most=most,
    )
    return len(swept)

"""Which accounts was nobody let in to yet? The column `provisional_until` of the table `users`."""

from genkan.db import Database


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


async def remove_ended(db: Database, *, now: int, most: int) -> None:
    """Sweep at most `most` that nobody was let in to."""
    await db.run(
        """
        DELETE FROM users
         WHERE id IN (SELECT id FROM users WHERE provisional_until <= :now LIMIT :most)
        """,
        now=now,
        most=most,
    )

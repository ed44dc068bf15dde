"""How many accounts are there? The table `seats`: one row, kept only where there may be only so many."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Seats:
    """taken: accounts, as far as they were counted; counted_at: when that was last done from the start."""

    taken: int
    counted_at: int


async def of_house(db: Database) -> Seats | None:
    return await db.one(
        Seats,
        """
        SELECT taken, counted_at
          FROM seats
         WHERE id = 'accounts'
        """,
    )


async def take(db: Database, *, most: int) -> int | None:
    """One more; None where that would be too many. Until the transaction ends everybody else waits for it."""
    return await db.value(
        """
        UPDATE seats
           SET taken = taken + 1
         WHERE id = 'accounts' AND taken < :most
        RETURNING taken
        """,
        most=most,
    )


async def add(db: Database, *, count: int) -> None:
    """So many more, also beyond what may be: the team's own."""
    await db.run(
        """
        UPDATE seats
           SET taken = taken + :count
         WHERE id = 'accounts'
        """,
        count=count,
    )


async def hold(db: Database, *, now: int) -> None:
    """Nobody takes a seat until the transaction ends; what was taken before is kept by then, and can be counted."""
    await db.run(
        """
        INSERT INTO seats (id, taken, counted_at)
        VALUES ('accounts', 0, :now)
            ON CONFLICT (id) DO UPDATE
           SET counted_at = :now
        """,
        now=now,
    )


async def count(db: Database) -> int | None:
    """Count all accounts, which takes as long as there are many: at the start, and at most once a minute where all is full."""
    return await db.value(
        """
        UPDATE seats
           SET taken = (SELECT COUNT(*) FROM users)
         WHERE id = 'accounts'
        RETURNING taken
        """,
    )

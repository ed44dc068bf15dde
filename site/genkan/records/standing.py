"""Which accounts are open, and who looks after them? What the team alone changes of the table `users`."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who may look after everybody's accounts. disabled_at, leaves_at: as in schema.sql."""

    id: str
    disabled_at: int | None
    leaves_at: int | None

    @property
    def can_act(self) -> bool:
        return self.disabled_at is None and self.leaves_at is None


async def hold_admins(db: Database) -> list[Admin]:
    """All of them, inside a transaction: until it ends, others that ask wait, so that no two go at once."""
    return await db.all(
        Admin,
        """
        UPDATE users
           SET is_admin = is_admin
         WHERE is_admin
        RETURNING id, disabled_at, leaves_at
        """,
    )


async def disable(db: Database, id: str, *, now: int) -> str | None:
    """The user's id; None where the account is closed already."""
    return await db.value(
        """
        UPDATE users
           SET disabled_at = :now
         WHERE id = :id AND disabled_at IS NULL
        RETURNING id
        """,
        id=id,
        now=now,
    )


async def enable(db: Database, id: str) -> str | None:
    """The user's id; None where the account is open already."""
    return await db.value(
        """
        UPDATE users
           SET disabled_at = NULL
         WHERE id = :id AND disabled_at IS NOT NULL
        RETURNING id
        """,
        id=id,
    )


async def set_admin(db: Database, id: str, *, is_admin: bool) -> str | None:
    """The user's id; None where it is so already."""
    return await db.value(
        """
        UPDATE users
           SET is_admin = :is_admin
         WHERE id = :id AND is_admin <> :is_admin
        RETURNING id
        """,
        id=id,
        is_admin=is_admin,
    )


async def remove(db: Database, id: str) -> str | None:
    """Remove a user, and by cascade whatever is theirs."""
    return await db.value(
        """
        DELETE FROM users
         WHERE id = :id
        RETURNING id
        """,
        id=id,
    )

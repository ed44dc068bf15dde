"""Who may sign up where that needs an invitation? The table `invitations`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Invitation:
    """One of them. email: where it was mailed to, None: nowhere; used, most: accounts made with it, and that may be."""

    id: str
    note: str
    email: str | None
    most: int
    used: int
    created_at: int
    expires_at: int
    withdrawn_at: int | None
    created_by: str | None


async def add(
    db: Database,
    *,
    id: str,
    link_hash: str,
    note: str,
    email: str | None,
    created_by: str | None,
    most: int,
    now: int,
    expires_at: int,
) -> None:
    await db.run(
        """
        INSERT INTO invitations (id, link_hash, note, email, created_by, most, used, created_at, expires_at)
        VALUES (:id, :link_hash, :note, :email, :created_by, :most, 0, :now, :expires_at)
        """,
        id=id,
        link_hash=link_hash,
        note=note,
        email=email,
        created_by=created_by,
        most=most,
        now=now,
        expires_at=expires_at,
    )


async def by_link(db: Database, *, link_hash: str) -> Invitation | None:
    """Looked at, not used: a mail scanner may open every link."""
    return await db.one(
        Invitation,
        """
        SELECT id, note, email, most, used, created_at, expires_at, withdrawn_at, created_by
          FROM invitations
         WHERE link_hash = :link_hash
        """,
        link_hash=link_hash,
    )


async def use(db: Database, *, id: str, now: int) -> Invitation | None:
    """One account more; None where there may be none more. Of many at once, as many as it allows get through."""
    return await db.one(
        Invitation,
        """
        UPDATE invitations
           SET used = used + 1
         WHERE id = :id AND used < most AND expires_at > :now AND withdrawn_at IS NULL
        RETURNING id, note, email, most, used, created_at, expires_at, withdrawn_at, created_by
        """,
        id=id,
        now=now,
    )


async def newest(db: Database, *, after: int, most: int) -> list[Invitation]:
    """Those that did not run out before `after`, the ones that last the longest first."""
    return await db.all(
        Invitation,
        """
        SELECT id, note, email, most, used, created_at, expires_at, withdrawn_at, created_by
          FROM invitations
         WHERE expires_at > :after
         ORDER BY expires_at DESC
         LIMIT :most
        """,
        after=after,
        most=most,
    )


async def withdraw(db: Database, *, id: str, now: int) -> str | None:
    """Its id; None where there is no such one, or it was withdrawn before."""
    return await db.value(
        """
        UPDATE invitations
           SET withdrawn_at = :now
         WHERE id = :id AND withdrawn_at IS NULL
        RETURNING id
        """,
        id=id,
        now=now,
    )


async def remove_ended(db: Database, *, now: int, most: int) -> int:
    """Sweep at most `most` that ran out before `now`. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM invitations
         WHERE id IN (SELECT id FROM invitations WHERE expires_at <= :now LIMIT :most)
        RETURNING 1 AS one
        """,
        now=now,
        most=most,
    )
    return len(swept)

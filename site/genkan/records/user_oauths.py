"""Who logs in through a provider? The table `user_oauths`."""

from dataclasses import dataclass

from genkan.db import Database


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose identity this is, from this table and its user."""

    user_id: str
    issuer: str
    disabled_at: int | None


async def add(
    db: Database, *, id: str, user_id: str, provider: str, identity: str, issuer: str, now: int
) -> str | None:
    """The new row's id, or None where the identity is somebody's already."""
    return await db.value(
        """
        INSERT INTO user_oauths (id, user_id, provider, identity, issuer, created_at)
        VALUES (:id, :user_id, :provider, :identity, :issuer, :now)
            ON CONFLICT DO NOTHING
        RETURNING id
        """,
        id=id,
        user_id=user_id,
        provider=provider,
        identity=identity,
        issuer=issuer,
        now=now,
    )


async def by_identity(db: Database, *, provider: str, identity: str) -> Identity | None:
    return await db.one(
        Identity,
        """
        SELECT user_oauths.user_id, user_oauths.issuer, users.disabled_at
          FROM user_oauths
          JOIN users ON users.id = user_oauths.user_id
         WHERE user_oauths.provider = :provider AND user_oauths.identity = :identity
        """,
        provider=provider,
        identity=identity,
    )


async def remove_identity(db: Database, *, user_id: str, provider: str, identity: str) -> None:
    await db.run(
        """
        DELETE FROM user_oauths
         WHERE user_id = :user_id AND provider = :provider AND identity = :identity
        """,
        user_id=user_id,
        provider=provider,
        identity=identity,
    )


async def used(db: Database, *, provider: str, identity: str, now: int) -> None:
    """Its person has just come in by it."""
    await db.run(
        """
        UPDATE user_oauths
           SET used_at = :now
         WHERE provider = :provider AND identity = :identity
        """,
        provider=provider,
        identity=identity,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Removed:
    provider: str
    identity: str
    issuer: str


async def remove(db: Database, *, user_id: str, provider: str) -> list[Removed]:
    """What the user had of this provider, removed: whoever asks second gets nothing."""
    return await db.all(
        Removed,
        """
        DELETE FROM user_oauths
         WHERE user_id = :user_id AND provider = :provider
        RETURNING provider, identity, issuer
        """,
        user_id=user_id,
        provider=provider,
    )


async def remove_older(db: Database, *, user_id: str, before: int) -> list[Removed]:
    """Every identity of a user that was added before this moment."""
    return await db.all(
        Removed,
        """
        DELETE FROM user_oauths
         WHERE user_id = :user_id AND created_at < :before
        RETURNING provider, identity, issuer
        """,
        user_id=user_id,
        before=before,
    )

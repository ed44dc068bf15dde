"""Which identities are new here and wait for their person's answer? The table `waiting_identities`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a provider said of somebody who is new here. email_verified: whether it vouches for the address."""

    provider: str
    identity: str
    issuer: str
    name: str | None
    email: str | None
    email_verified: bool
    next: str


async def put(
    db: Database,
    *,
    browser_hash: str,
    provider: str,
    identity: str,
    issuer: str,
    name: str | None,
    email: str | None,
    email_verified: bool,
    next: str,
    now: int,
    expires_at: int,
) -> None:
    await db.run(
        """
        INSERT INTO waiting_identities (browser_hash, provider, identity, issuer, name, email, email_verified,
                                        next, created_at, expires_at)
        VALUES (:browser_hash, :provider, :identity, :issuer, :name, :email, :email_verified,
                :next, :now, :expires_at)
        """,
        browser_hash=browser_hash,
        provider=provider,
        identity=identity,
        issuer=issuer,
        name=name,
        email=email,
        email_verified=email_verified,
        next=next,
        now=now,
        expires_at=expires_at,
    )


async def by_browser(db: Database, *, browser_hash: str, now: int) -> Waiting | None:
    return await db.one(
        Waiting,
        """
        SELECT provider, identity, issuer, name, email, email_verified, next
          FROM waiting_identities
         WHERE browser_hash = :browser_hash AND expires_at > :now
        """,
        browser_hash=browser_hash,
        now=now,
    )


async def take(db: Database, *, browser_hash: str, now: int) -> Waiting | None:
    """The waiting identity, removed: whoever asks second gets None."""
    return await db.one(
        Waiting,
        """
        DELETE FROM waiting_identities
         WHERE browser_hash = :browser_hash AND expires_at > :now
        RETURNING provider, identity, issuer, name, email, email_verified, next
        """,
        browser_hash=browser_hash,
        now=now,
    )


async def remove_ended(db: Database, *, now: int, most: int) -> int:
    """Sweep at most `most` identities that nobody answered for. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM waiting_identities
         WHERE browser_hash IN (SELECT browser_hash FROM waiting_identities WHERE expires_at <= :now LIMIT :most)
        RETURNING 1 AS one
        """,
        now=now,
        most=most,
    )
    return len(swept)

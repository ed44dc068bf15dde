"""Which OAuth attempts are under way? The table `oauth_attempts`."""

from dataclasses import dataclass

from genkan.db import Database
from genkan.records.swept import Swept


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the callback needs of its start. next: a path on this site; code_verifier: RFC 7636 §4.1.

    session_id: the session that asked, of the intents that need one.
    """

    intent: str
    next: str
    redirect_uri: str
    nonce: str
    code_verifier: str
    session_id: str | None
    created_at: int


async def add(
    db: Database,
    *,
    state_hash: str,
    browser_hash: str,
    provider: str,
    intent: str,
    next: str,
    redirect_uri: str,
    nonce: str,
    code_verifier: str,
    session_id: str | None,
    now: int,
    expires_at: int,
) -> None:
    await db.run(
        """
        INSERT INTO oauth_attempts (state_hash, browser_hash, provider, intent, next, redirect_uri, nonce,
                                    code_verifier, session_id, created_at, expires_at)
        VALUES (:state_hash, :browser_hash, :provider, :intent, :next, :redirect_uri, :nonce,
                :code_verifier, :session_id, :now, :expires_at)
        """,
        state_hash=state_hash,
        browser_hash=browser_hash,
        provider=provider,
        intent=intent,
        next=next,
        redirect_uri=redirect_uri,
        nonce=nonce,
        code_verifier=code_verifier,
        session_id=session_id,
        now=now,
        expires_at=expires_at,
    )


async def take(
    db: Database, *, state_hash: str, browser_hash: str, provider: str, redirect_uri: str, now: int
) -> Attempt | None:
    """The attempt, removed: whoever asks second, from another browser, or for another provider gets None."""
    return await db.one(
        Attempt,
        """
        DELETE FROM oauth_attempts
         WHERE state_hash = :state_hash
           AND browser_hash = :browser_hash
           AND provider = :provider
           AND redirect_uri = :redirect_uri
           AND expires_at > :now
        RETURNING intent, next, redirect_uri, nonce, code_verifier, session_id, created_at
        """,
        state_hash=state_hash,
        browser_hash=browser_hash,
        provider=provider,
        redirect_uri=redirect_uri,
        now=now,
    )


async def keep_newest(db: Database, *, browser_hash: str, most: int) -> None:
    """Drop the oldest attempts of one browser beyond `most`."""
    await db.run(
        """
        DELETE FROM oauth_attempts
         WHERE browser_hash = :browser_hash
           AND state_hash NOT IN (SELECT state_hash
                                    FROM oauth_attempts
                                   WHERE browser_hash = :browser_hash
                                   ORDER BY created_at DESC, state_hash
                                   LIMIT :most)
        """,
        browser_hash=browser_hash,
        most=most,
    )


async def remove_of_browser(db: Database, browser_hash: str) -> None:
    await db.run(
        """
        DELETE FROM oauth_attempts
         WHERE browser_hash = :browser_hash
        """,
        browser_hash=browser_hash,
    )


async def remove_of_user(db: Database, user_id: str) -> None:
    """Those that a session of this user has begun."""
    await db.run(
        """
        DELETE FROM oauth_attempts
         WHERE session_id IN (SELECT id FROM sessions WHERE user_id = :user_id)
        """,
        user_id=user_id,
    )


async def remove_ended(db: Database, *, now: int, most: int) -> int:
    """Sweep at most `most` attempts that have run out. How many there were."""
    swept = await db.all(
        Swept,
        """
        DELETE FROM oauth_attempts
         WHERE state_hash IN (SELECT state_hash FROM oauth_attempts WHERE expires_at <= :now LIMIT :most)
        RETURNING 1 AS one
        """,
        now=now,
        most=most,
    )
    return len(swept)

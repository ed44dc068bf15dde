"""How does an OAuth attempt begin and end? One row: single-use, ten minutes, bound to browser, provider, redirect URI."""

import hmac
from typing import Final

from genkan.accounts import throttle
from genkan.accounts.digests import digest, keyed
from genkan.accounts.services import Services, Visitor
from genkan.errors import AttemptUnknown
from genkan.oauth import AuthorizationRequest
from genkan.records import oauth_attempts
from genkan.records.oauth_attempts import Attempt

__all__ = ["LASTS", "MOST", "Attempt", "begin", "finish", "is_ticket", "ticket"]

LASTS: Final = 600  # seconds
MOST: Final = 5  # attempts of one browser at a time: its open tabs


async def begin(
    services: Services,
    visitor: Visitor,
    request: AuthorizationRequest,
    *,
    browser: str,
    provider: str,
    redirect_uri: str,
    intent: str,
    next: str,
    session_id: str | None,
    now: int,
) -> None:
    """Keep what the callback will need. browser: the value of the browser's attempt cookie. Raises TooManyStarts.

    session_id: the session that asks, where only this one may finish; else None.
    """
    async with services.db.transaction():
        await throttle.count_start(services, visitor, now=now)
        await oauth_attempts.add(
            services.db,
            state_hash=digest(request.state),
            browser_hash=digest(browser),
            provider=provider,
            intent=intent,
            next=next,
            redirect_uri=redirect_uri,
            nonce=request.nonce,
            code_verifier=request.code_verifier,
            session_id=session_id,
            now=now,
            expires_at=now + LASTS,
        )
        await oauth_attempts.keep_newest(services.db, browser_hash=digest(browser), most=MOST)


async def finish(
    services: Services, *, state: str, browser: str, provider: str, redirect_uri: str, now: int
) -> Attempt:
    """The attempt, taken: it cannot be taken again (RFC 9700 §4.7). Raises AttemptUnknown."""
    found = await oauth_attempts.take(
        services.db,
        state_hash=digest(state),
        browser_hash=digest(browser),
        provider=provider,
        redirect_uri=redirect_uri,
        now=now,
    )
    if found is None:
        raise AttemptUnknown
    return found


def ticket(services: Services, *, session_id: str, intent: str, provider: str, now: int) -> str:
    """What a link of our own pages carries, so that no other site's link can begin the same (design policy 9)."""
    return _ticket(services.digest_key(now), session_id, intent, provider)


def is_ticket(services: Services, typed: str, *, session_id: str, intent: str, provider: str) -> bool:
    """By whichever secret: the page may have been open when it was changed."""
    right = [_ticket(key, session_id, intent, provider) for key in services.digest_keys]
    return any(hmac.compare_digest(typed.encode(), each.encode()) for each in right)


def _ticket(key: bytes, session_id: str, intent: str, provider: str) -> str:
    return keyed(key, "oauth ticket", session_id, intent, provider)

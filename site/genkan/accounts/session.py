"""How does a login begin, live and end? However a person proved who they are, what follows is this."""

from dataclasses import replace
from typing import Final

from genkan.accounts import admission, changes, events, throttle
from genkan.accounts.arrivals import Arrival, Unproven
from genkan.accounts.digests import random_id
from genkan.accounts.services import Services, Visitor
from genkan.accounts.tokens import LASTS
from genkan.db import DatabaseUnavailable
from genkan.errors import AccountDisabled, AccountLeaving, SessionEnded, WrongCredentials
from genkan.records import provisional, sessions, users
from genkan.records.sessions import Session
from genkan.records.users import User

__all__ = [
    "ENDED",
    "MOST",
    "Arrival",
    "Session",
    "Unproven",
    "begin",
    "end",
    "end_others",
    "hold",
    "live",
    "renew",
    "why_ended",
]

MOST: Final = 50  # live sessions of one user; then the oldest ends
SEEN_EVERY: Final = 600  # seconds
# Why a session was ended from elsewhere, and what its browser is told.
ENDED: Final[dict[str, str]] = {
    "elsewhere": "You were logged out of this browser from another device.",
    "password_changed": "You were logged out because the password was changed. Log in with the new one.",
    "password_set": "You were logged out because a password was set for this account.",
    "recovered": "You were logged out because the password was reset. Log in with the new one.",
    "undone": "You were logged out because a change to this account was taken back.",
    "cap": "You were logged out because this account was logged in on too many devices.",
    "leaving": "You were logged out because this account is to be deleted.",
    "disabled": "You were logged out because this account is suspended.",
    "reset_by_team": "You were logged out because the people who run this site ended the password.",
    "by_team": "You were logged out by the people who run this site.",
    "other": "You were logged out of this browser.",
}


async def begin(
    services: Services,
    visitor: Visitor,
    *,
    user_id: str,
    method: str,
    now: int,
    kind: str = "login",
    keep: bool | None = None,
    is_told: bool = True,
) -> Arrival | Unproven:
    """A new session, in the caller's transaction; the one that the browser held is ended (no fixation).

    kind: login or signup, for the log; a login from a browser that this account does not know is told by mail (is_told).
    keep: as in `Arrival.is_kept`; None: as the session before.
    Raises AccountLeaving, AccountDisabled, AddressNotAllowed; WrongCredentials for nobody.
    """
    user = await _arrived(services, visitor, user_id)
    if not admission.lets_in(services, user.email, user.email_proven_at):
        admission.refuse_other(services, user)
        if kind == "signup":
            await events.record(services, visitor, kind, user_id=user_id, now=now, method=method)
        return Unproven(user_id, method, keep)
    is_new = kind == "login" and is_told and not throttle.is_known(services, visitor, user_id)
    arrival, inside = await _begin(services, visitor, user_id=user_id, method=method, keep=keep, now=now)
    if is_new:
        await changes.made(services, inside, "login_new_device", user=user, now=now, method=method)
    else:
        await events.record(services, inside, kind, user_id=user_id, now=now, method=method)
    return arrival


async def renew(services: Services, visitor: Visitor, *, user_id: str, method: str, now: int) -> Arrival:
    """Another session in the place of the one that the browser holds, in the caller's transaction: no login, no event."""
    return (await _begin(services, visitor, user_id=user_id, method=method, keep=None, now=now))[0]


async def live(services: Services, token: str, *, now: int, is_shared: bool = False) -> Session | None:
    """Whose token is this? The signature first, then session and user in one SELECT; None for whatever is not live.

    is_shared: whether it has to be one that the applications of COOKIE_DOMAIN get; the site's own is none, and the reverse.
    """
    tokens = services.shared_tokens if is_shared else services.tokens
    claims = tokens.read(token, now=now) if tokens else None
    if claims is None:
        return None
    found = await sessions.live(services.db, id=claims.sid, user_id=claims.sub, now=now)
    if found is not None and not admission.lets_in(services, found.email, found.email_proven_at):
        return None
    if found is not None and found.last_seen_at <= now - SEEN_EVERY and not services.db.is_in_transaction:
        await _seen(services, found.id, now=now)
    return found


async def hold(services: Services, visitor: Visitor, user_id: str, *, now: int) -> User:
    """The person as they are, held until the caller's transaction ends: whatever else changes them waits.

    Raises SessionEnded where the session that asks was ended meanwhile: who was thrown out changes nothing any more.
    """
    user = await users.held(services.db, user_id)
    live = await sessions.live(services.db, id=visitor.session_id or "", user_id=user_id, now=now)
    if user is None or live is None:
        raise SessionEnded
    return user


async def why_ended(services: Services, token: str, *, now: int) -> str | None:
    """Why the session of a token that was live is not any more: a word of ENDED; None where nobody ended it."""
    claims = services.tokens.read(token, now=now)
    reason = await sessions.end_reason(services.db, id=claims.sid, user_id=claims.sub) if claims else None
    return reason if reason is None or reason in ENDED else "other"


async def end_others(services: Services, user_id: str, *, keep: str, reason: str, now: int) -> int:
    """End every session of a user but `keep` ('' for none), in the caller's transaction. How many there were."""
    return len(await sessions.end_all_of(services.db, user_id=user_id, except_id=keep, reason=reason, now=now))


async def end(services: Services, visitor: Visitor, session_id: str, *, now: int) -> None:
    """The person logs out: the session is over at once, in every process."""
    async with services.db.transaction():
        ended = await sessions.remove(services.db, session_id)
        if ended is not None:
            await events.record(services, visitor, "logout", user_id=ended.user_id, now=now)


async def _arrived(services: Services, visitor: Visitor, user_id: str) -> User:
    user = await users.arrived(services.db, user_id, language=visitor.language)
    if user is None:
        raise WrongCredentials  # gone since they were looked up
    if user.disabled_at is not None:
        raise AccountDisabled  # closed since
    if user.leaves_at is not None:
        raise AccountLeaving(user_id, user.leaves_at)
    if user.provisional_until is not None and not admission.waits(services, user):
        await provisional.settle(services.db, user_id)
    return user


async def _begin(
    services: Services, visitor: Visitor, *, user_id: str, method: str, keep: bool | None, now: int
) -> tuple[Arrival, Visitor]:
    """The session and its token; the visitor as they are from now on."""
    before = await sessions.remove(services.db, visitor.session_id) if visitor.session_id is not None else None
    is_kept = keep if keep is not None else before is None or before.user_id != user_id or before.is_kept
    id = random_id()
    await sessions.add(
        services.db,
        id=id,
        user_id=user_id,
        method=method,
        browser=visitor.device,
        address=visitor.address,
        is_kept=is_kept,
        now=now,
        expires_at=now + LASTS,
    )
    await sessions.end_oldest_of(services.db, user_id=user_id, newest_id=id, most=MOST, reason="cap", now=now)
    token = services.tokens.issue(user_id=user_id, session_id=id, now=now)
    return Arrival(token=token, user_id=user_id, method=method, is_kept=is_kept), replace(visitor, session_id=id)


async def _seen(services: Services, session_id: str, *, now: int) -> None:
    """At most every ten minutes; a database that cannot take it now is no reason to keep the page back."""
    try:
        await sessions.seen(services.db, id=session_id, now=now, before=now - SEEN_EVERY)
    except DatabaseUnavailable:
        return

"""How often may something be tried? Counts in the database, shared by every process, by account and by address.

Counted before the password is looked at, so that a hundred tries at once are a hundred counts. A browser that has
been inside the account keeps a lane of its own: a stranger's guesses fill the stranger's lane only.
"""

from typing import Final, NamedTuple

from genkan.accounts import events
from genkan.accounts.digests import keyed
from genkan.accounts.services import Services, Visitor
from genkan.accounts.tries import KNOWN, Place, rank
from genkan.errors import (
    Passing,
    TooManyCodes,
    TooManyLogins,
    TooManyLoginsSoReset,
    TooManyMails,
    TooManySignups,
    TooManyStarts,
)
from genkan.keys import leading
from genkan.records import throttle

LOGIN_WINDOW: Final = 300  # seconds
SIGNUP_WINDOW: Final = 600  # seconds
START_WINDOW: Final = 600  # seconds
MAILS_TO_ONE: Final = 5  # that were asked for, whatever for, to one recipient in MAIL_WINDOW
MAIL_WINDOW: Final = 6 * 3600  # seconds
MAILS_BY_ADDRESS: Final = 30  # that one client asks for in an hour
CODE_WINDOW: Final = 3600  # seconds
CODES_BY_ADDRESS: Final = 20  # wrong ones that one client types at the threshold in an hour
CODES_IN_ALL: Final = 100  # and everybody together: a domain has endless addresses to guess codes of
MOST_IN_A_ROW: Final = 100  # failures, then strangers' guesses are not looked at any more (NIST SP 800-63B-4 §3.2.2)
NEVER: Final = 2**62  # unix seconds: the count of failures in a row has no window
Ids = tuple[str, ...]  # of one count, by each secret's key, newest first
NOBODY: Final = "nobody "  # begins what is counted for a name that is nobody's
KNOWN_LASTS: Final = 180 * 86_400  # seconds that a browser is known, and so a count in its own lane of use


class Counted(NamedTuple):
    """Of a try to log in. may_look: whether the password may be looked at at all; place: in the line of those that are."""

    may_look: bool
    place: Place


async def count_login(services: Services, visitor: Visitor, account: str, *, now: int) -> Counted:
    """Count one try to log in. account: the user's id, or what was typed where there is no such user.

    Raises TooManyLogins.
    """
    limits = services.limits
    refusal = TooManyLoginsSoReset if services.can_mail else TooManyLogins
    known = is_known(services, visitor, account)
    lane = _lane(services, visitor, account, known)
    address = _ids(services, "login address", visitor.address)
    async with services.db.transaction():
        by_address = await _add(services, address, now=now, lasts=LOGIN_WINDOW)
        by_account = await _add(services, lane, now=now, lasts=LOGIN_WINDOW)
        if by_account.count == limits.login_tries_per_account + 1:  # once a window
            await events.record(services, visitor, "login_blocked", user_id=account, now=now)
        is_over = by_address.count > limits.login_tries_per_address or by_account.count > limits.login_tries_per_account
        in_a_row = None if is_over else await _count_in_a_row(services, lane, account, known, now=now)
    _refuse(refusal, by_address, limits.login_tries_per_address, now=now)
    _refuse(refusal, by_account, limits.login_tries_per_account, now=now)
    may_look = in_a_row is not None and in_a_row.count <= MOST_IN_A_ROW
    failures = by_address.count - services.tries.under_way(visitor.address)
    return Counted(may_look, Place(KNOWN if known else rank(failures), visitor.address))


async def forgive_login(services: Services, visitor: Visitor, account: str) -> None:
    """The try turned out well: what was counted against the account is gone; against the address, only this try.

    Last in its transaction, and in the order of `count_login`: of two that each hold what the other wants PostgreSQL ends one.
    """
    for id in _ids(services, "login address", visitor.address):
        await throttle.take_back(services.db, id)
    await forgive(services, visitor, account)


async def forgive(services: Services, visitor: Visitor, account: str) -> None:
    """What was counted against the account is gone, in the strangers' lane and in this browser's."""
    own = _lane(services, visitor, account, is_known(services, visitor, account))
    await _clear(services, {_ids(services, "login account", account), own})


async def count_signup(services: Services, visitor: Visitor, *, now: int) -> None:
    """Count one new account by address. Raises TooManySignups."""
    counted = await _add(services, _ids(services, "signup", visitor.address), now=now, lasts=SIGNUP_WINDOW)
    _refuse(TooManySignups, counted, services.limits.signups_per_address, now=now)


async def count_mail(services: Services, visitor: Visitor, address_key: str, *, now: int) -> bool:
    """Count one mail that somebody asks for, outside any transaction; the same for recipients with and without account.

    Returns whether it may go out: beyond the recipient's limit it silently does not. Raises TooManyMails by client.
    """
    counted = await _add(services, _ids(services, "mails by", visitor.address), now=now, lasts=3600)
    _refuse(TooManyMails, counted, MAILS_BY_ADDRESS, now=now)
    return await may_mail(services, address_key, now=now)


async def may_mail(services: Services, address_key: str, *, now: int) -> bool:
    """Count one mail by its recipient alone, for what has another limit by client."""
    counted = await _add(services, _ids(services, "mails to", address_key), now=now, lasts=MAIL_WINDOW)
    return counted.count <= MAILS_TO_ONE


async def count_code(services: Services, visitor: Visitor, *, now: int) -> None:
    """Count one code at the threshold, before it is compared: by client, and of the whole site. Raises TooManyCodes."""
    by_one = await _add(services, _ids(services, "codes", visitor.address), now=now, lasts=CODE_WINDOW)
    _refuse(TooManyCodes, by_one, CODES_BY_ADDRESS, now=now)
    in_all = await _add(services, _ids(services, "codes"), now=now, lasts=CODE_WINDOW)
    _refuse(TooManyCodes, in_all, CODES_IN_ALL, now=now)


async def forgive_code(services: Services, visitor: Visitor) -> None:
    """It was right, and does not count."""
    for id in (*_ids(services, "codes", visitor.address), *_ids(services, "codes")):
        await throttle.take_back(services.db, id)


async def count_start(services: Services, visitor: Visitor, *, now: int) -> None:
    """Count one OAuth attempt by address. Raises TooManyStarts."""
    counted = await _add(services, _ids(services, "oauth start", visitor.address), now=now, lasts=START_WINDOW)
    _refuse(TooManyStarts, counted, services.limits.oauth_starts_per_address, now=now)


def acquaintance(services: Services, browser: str, user_id: str, *, now: int) -> tuple[str, ...]:
    """What a browser keeps to be known again by: says nothing about whom it knows. The first is given, any is recognised."""
    given = keyed(services.digest_key(now), "known", browser, user_id)[:22]
    return (given, *(each for each in _marks(services, browser, user_id) if each != given))


def is_known(services: Services, visitor: Visitor, user_id: str) -> bool:
    """Whether the browser has been inside this account before."""
    return bool(visitor.browser) and not visitor.known.isdisjoint(_marks(services, visitor.browser, user_id))


async def forget(services: Services, user_id: str) -> None:
    """The account is gone: what was counted against it goes, too, as far as it is not of one browser's lane."""
    await _clear(services, {_ids(services, "login account", user_id)})


def _marks(services: Services, browser: str, user_id: str) -> list[str]:
    return [keyed(key, "known", browser, user_id)[:22] for key in services.digest_keys]


def _lane(services: Services, visitor: Visitor, account: str, known: bool) -> Ids:
    if known:
        return _ids(services, "login known", account, visitor.browser)
    return _ids(services, "login account", account)


async def _count_in_a_row(services: Services, lane: Ids, account: str, known: bool, *, now: int) -> throttle.Count:
    """Of nobody's name it need not last: there are endless such names, and nothing to find out."""
    lasts = NEVER - now
    if account.startswith(NOBODY):
        lasts = LOGIN_WINDOW
    elif known:
        lasts = KNOWN_LASTS
    return await _add(services, _in_a_row(services, lane), now=now, lasts=lasts)


def _in_a_row(services: Services, lane: Ids) -> Ids:
    return tuple(keyed(key, "login in a row", id) for key, id in zip(services.digest_keys, lane, strict=True))


def _ids(services: Services, *parts: str) -> Ids:
    return tuple(keyed(key, *parts) for key in services.digest_keys)


async def _add(services: Services, ids: Ids, *, now: int, lasts: int) -> throttle.Count:
    """Count one more; what was counted under the secret before is counted on under the one that leads by now."""
    id = leading(ids, services.keys_since, now)
    for other in set(ids) - {id}:
        await throttle.rename(services.db, id=other, new=id)
    return await throttle.add(services.db, id=id, now=now, expires_at=now + lasts)


async def _clear(services: Services, lanes: set[Ids]) -> None:
    """Lanes before what is in a row, as they are counted."""
    await throttle.remove(services.db, [id for lane in lanes for id in lane])
    await throttle.remove(services.db, [id for lane in lanes for id in _in_a_row(services, lane)])


def _refuse(error: type[Passing], counted: throttle.Count, limit: int, *, now: int) -> None:
    if counted.count > limit:
        raise error(seconds=max(1, counted.expires_at - now))

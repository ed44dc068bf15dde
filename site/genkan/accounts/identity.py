"""What happens to an identity that is new here? It waits 15 minutes, bound to the browser, for its person's answer."""

from typing import Final

from genkan.accounts import addresses, admission, guide, names, signup, ways
from genkan.accounts.digests import digest, random_token
from genkan.accounts.guide import Guide
from genkan.accounts.services import Services, Visitor
from genkan.accounts.session import Arrival, Unproven
from genkan.errors import IdentityTaken, Invalid, Refused, WaitingGone
from genkan.oauth import Profile
from genkan.records import waiting_identities
from genkan.records.waiting_identities import Waiting

__all__ = ["LASTS", "Waiting", "create", "drop", "elsewhere", "link", "wait", "waiting"]

LASTS: Final = 900  # seconds


async def wait(services: Services, profile: Profile, *, next: str, now: int) -> str:
    """Keep what the provider said, in the caller's transaction. Returns the token for the browser's cookie."""
    token = random_token()
    await waiting_identities.put(
        services.db,
        browser_hash=digest(token),
        provider=profile.provider,
        identity=profile.identity,
        issuer=profile.issuer,
        name=profile.name,
        email=profile.email,
        email_verified=profile.email_verified,
        next=next,
        now=now,
        expires_at=now + LASTS,
    )
    return token


async def waiting(services: Services, token: str, *, now: int) -> Waiting:
    """Raises WaitingGone where nothing waits for this browser (any more)."""
    found = await waiting_identities.by_browser(services.db, browser_hash=digest(token), now=now)
    if found is None:
        raise WaitingGone
    return found


async def elsewhere(services: Services, found: Waiting) -> Guide | None:
    """The account that an address is proven on, where the provider vouches for it (policy 2); None: there is none to tell of.

    An address that nobody vouches for tells nothing: whoever claims it hears of the account when the mailbox has answered.
    """
    if not found.email or not found.email_verified:
        return None
    return await guide.of_proven(services, addresses.parse(found.email).key)


async def create(
    services: Services, visitor: Visitor, token: str, *, name: str, email: str, now: int, invitation: str = ""
) -> Arrival | Unproven:
    """A new account for the waiting identity, and its first session; invitation: the link that this browser came by.

    Raises Refused for fields to be mended, NotAdmitted, WaitingGone, IdentityTaken.
    """
    invited = await admission.check_new(services, invitation, now=now)
    checked = _checked(services, name, email)
    async with services.db.transaction():
        found = await _take(services, token, now=now)
        profile = _profile(found)
        arrival = await signup.with_identity(
            services, visitor, profile, name=checked, email=email, invited=invited, now=now
        )
        if arrival is None:
            raise IdentityTaken(provider=found.provider)  # the address was proven elsewhere in the meantime
        return arrival


async def link(
    services: Services, visitor: Visitor, token: str, *, user_id: str, session_id: str, label: str, now: int
) -> bool:
    """Add the waiting identity to the account that its person is logged in to. False where it has been theirs already.

    Raises WaitingGone, and what ways.link raises; then it waits on.
    """
    async with services.db.transaction():
        profile = _profile(await _take(services, token, now=now))
        return await ways.link(services, visitor, profile, user_id=user_id, session_id=session_id, label=label, now=now)


async def drop(services: Services, token: str, *, now: int) -> None:
    """Forget the waiting identity."""
    await waiting_identities.take(services.db, browser_hash=digest(token), now=now)


async def _take(services: Services, token: str, *, now: int) -> Waiting:
    found = await waiting_identities.take(services.db, browser_hash=digest(token), now=now)
    if found is None:
        raise WaitingGone
    return found


def _checked(services: Services, name: str, email: str) -> str:
    problems: list[Invalid] = []
    person = signup.collected(problems, lambda: names.person(name))
    signup.collected(problems, lambda: admission.address(services, email))
    if person is None or problems:
        raise Refused(*problems)
    return person


def _profile(found: Waiting) -> Profile:
    return Profile(
        provider=found.provider,
        identity=found.identity,
        issuer=found.issuer,
        name=found.name,
        email=found.email,
        email_verified=found.email_verified,
    )

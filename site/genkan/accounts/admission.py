"""Who may have an account here? Whether new ones are made, and whose address lets in; nothing of it holds unless it is set."""

from functools import lru_cache
from typing import Final

from genkan.accounts import addresses, invitations, seats
from genkan.accounts.addresses import Address
from genkan.accounts.invitations import Invitation
from genkan.accounts.services import Services
from genkan.errors import AddressNotAllowed, EmailDomain, Invalid, InvitationNeeded, NotAdmitted, SignupClosed
from genkan.records.users import User

__all__ = ["PROVISIONAL", "address", "check_new", "is_plain", "join", "lets_in", "may_use", "refuse_other", "waits"]

PROVISIONAL: Final = (
    3 * 86_400
)  # seconds until an account goes that nobody was let in to, since its address never answered
SHOWN: Final = 5  # domains that a sentence names
REMEMBERED: Final = 1024  # addresses whose domain need not be found again


def is_plain(services: Services) -> bool:
    """Whether anybody may make an account without anything being looked up first."""
    return services.rules.signup == "open" and services.rules.most_accounts is None


async def check_new(services: Services, link: str, *, now: int) -> Invitation | None:
    """Before a new account is made: the invitation that this browser came by, where it counts; None where none is needed.

    link: its last part, "" for none. Raises SignupClosed, HouseFull, InvitationNeeded, InvitationGone,
    InvitationExpired, InvitationUsed.
    """
    if services.rules.signup == "closed":
        raise SignupClosed(service=services.site_name)
    await seats.check(services, now=now)
    if not link:
        if services.rules.signup == "invitation":
            raise InvitationNeeded
        return None
    try:
        return await invitations.by_link(services, link, now=now)
    except NotAdmitted:
        if services.rules.signup == "invitation":
            raise
        return None


async def join(services: Services, invited: Invitation | None, *, user_id: str, now: int) -> None:
    """In the transaction that makes the account, once its row is written: its seat, and its share of the invitation.

    Of many at once only as many get through as there is room for. Raises HouseFull, InvitationUsed.
    """
    await seats.take(services)
    if invited is not None:
        await invitations.use(services, invited, user_id=user_id, now=now)


def address(services: Services, typed: str) -> Address:
    """The address, of a domain that may have accounts. Raises EmailEmpty, EmailLong, EmailFormat, EmailDomain."""
    found = addresses.parse(typed)
    if not _is_allowed(services, found.key):
        raise EmailDomain(domains=domains(services))
    return found


def may_use(services: Services, typed: str) -> bool:
    """Whether an account may have this address."""
    try:
        address(services, typed)
    except Invalid:
        return False
    return True


def lets_in(services: Services, email: str | None, proven_at: int | None) -> bool:
    """Whether an account with this address may have a session: where domains are set, only a proven address of one of them."""
    if not services.rules.domains:
        return True
    return email is not None and proven_at is not None and _is_allowed(services, _key(email))


def waits(services: Services, user: User) -> bool:
    """Whether the account is let in once its address has answered."""
    return bool(services.rules.domains) and user.email_proven_at is None


def refuse_other(services: Services, user: User) -> None:
    """Raises AddressNotAllowed for an account whose address has answered, and is of another domain."""
    if user.email_proven_at is not None:
        raise AddressNotAllowed(domains=domains(services))


def domains(services: Services) -> str:
    """For sentences; "" where any will do."""
    named = services.rules.domains
    return ", ".join(named[:SHOWN]) + (", …" if len(named) > SHOWN else "")


def _is_allowed(services: Services, key: str) -> bool:
    """The domain itself, to the letter: a name below it is another one."""
    return not services.rules.domains or key.rpartition("@")[2] in services.rules.domains


@lru_cache(REMEMBERED)
def _key(email: str) -> str:
    try:
        return addresses.parse(email).key
    except Invalid:  # of another age's rules
        return ""

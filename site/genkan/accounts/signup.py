"""How does a person get an account? By choosing a password, or by what a provider says of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from genkan.accounts import addresses, admission, invitations, names, passwords, session, throttle, verify
from genkan.accounts.addresses import Address
from genkan.accounts.digests import random_id
from genkan.accounts.invitations import Invitation
from genkan.accounts.names import Username
from genkan.accounts.services import Services, Visitor
from genkan.accounts.session import Arrival, Unproven
from genkan.accounts.tries import CLEAN, Place
from genkan.errors import EmailTaken, IdentityTaken, Invalid, Refused, UsernameTaken
from genkan.oauth import Profile
from genkan.records import user_authentications, user_oauths, users

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Answers:
    """A sign-up form that is in order."""

    name: str
    email: Address
    username: Username
    password: str


async def with_password(
    services: Services,
    visitor: Visitor,
    *,
    name: str,
    email: str,
    username: str,
    password: str,
    now: int,
    invitation: str = "",
) -> Arrival | Unproven:
    """A new account and its first session; where domains are set, that begins once the address has answered.

    The address is a claim until its mailbox answers: whether it has an account is never said. invitation: the link that
    this browser came by, "" for none; one that was mailed there has made the mailbox answer.
    Raises NotAdmitted; Refused with every field to be mended; TooManySignups; Busy.
    """
    invited = await admission.check_new(services, invitation, now=now)
    answers = checked(services, name=name, email=email, username=username, password=password)
    if await user_authentications.is_taken(services.db, answers.username.key):
        raise Refused(UsernameTaken())
    await throttle.count_signup(services, visitor, now=now)
    place = Place(CLEAN, visitor.address)
    hashed = await services.hasher.hash(answers.password, place)  # before the transaction: slow on purpose
    async with services.db.transaction():
        user_id = await _with_password(services, visitor, answers, hashed, invited, now=now)
        return await session.begin(services, visitor, user_id=user_id, method="password", now=now, kind="signup")


async def _with_password(
    services: Services, visitor: Visitor, answers: Answers, hashed: str, invited: Invitation | None, *, now: int
) -> str:
    """The new user's id. Raises Refused where somebody was quicker; the transaction takes all of it back."""
    proven = invitations.proves(invited, answers.email.key)
    user_id = await _add_user(services, answers.name, answers.email, proven=proven, now=now)
    if user_id is None:
        raise Refused(EmailTaken())  # only of one that is proven just now
    await admission.join(services, invited, user_id=user_id, now=now)
    if not await add_password(services, user_id, answers.username, hashed, now=now):
        raise Refused(UsernameTaken())
    if not proven:
        await verify.welcome(
            services, visitor, user_id, answers.email, name=answers.name, username=answers.username.written, now=now
        )
    return user_id


async def with_identity(
    services: Services,
    visitor: Visitor,
    profile: Profile,
    *,
    name: str,
    email: str,
    now: int,
    invited: Invitation | None = None,
) -> Arrival | Unproven | None:
    """A new account for an identity that is new here, in the caller's transaction.

    name, email: as the person confirmed them. An address counts as proven only where the provider vouches for it and
    it was not changed, or where the invitation was mailed there. None where that address is proven on another account.
    Raises IdentityTaken, HouseFull, InvitationUsed, EmailDomain.
    """
    address = admission.address(services, email)
    proven = _is_vouched_for(profile, address) or invitations.proves(invited, address.key)
    user_id = await _add_user(services, name, address, proven=proven, now=now)
    if user_id is None:
        return None
    await admission.join(services, invited, user_id=user_id, now=now)
    if not await _add_identity(services, user_id, profile, now=now):
        raise IdentityTaken
    if not proven:
        await verify.welcome(services, visitor, user_id, address, name=name, username=None, now=now)
    return await session.begin(services, visitor, user_id=user_id, method=profile.provider, now=now, kind="signup")


def checked(services: Services, *, name: str, email: str, username: str, password: str) -> Answers:
    """The form in order. Raises Refused with every field that is not."""
    problems: list[Invalid] = []
    person = collected(problems, lambda: names.person(name))
    address = collected(problems, lambda: admission.address(services, email))
    login = collected(problems, lambda: names.username(username))
    readable = collected(problems, lambda: _password(services, password, (name, username, email)))
    if person is None or address is None or login is None or readable is None:
        raise Refused(*problems)
    return Answers(name=person, email=address, username=login, password=readable)


async def check_username(services: Services, username: str) -> None:
    """Raises Invalid where it cannot be had."""
    if await user_authentications.is_taken(services.db, names.username(username).key):
        raise UsernameTaken


def check_password(services: Services, *, name: str, email: str, username: str, password: str) -> str:
    """The password as it is to be hashed. Raises Invalid where it cannot be used, given what is known of the person."""
    return _password(services, password, (name, username, email))


def _password(services: Services, password: str, about: tuple[str, ...]) -> str:
    local_parts = tuple(each.split("@")[0] for each in about if "@" in each)
    return passwords.check(
        password,
        min_length=services.password_min_length,
        about=[*about, *local_parts],
        site=services.site_words,
    )


def collected(problems: list[Invalid], ask: Callable[[], Value]) -> Value | None:
    try:
        return ask()
    except Invalid as problem:
        problems.append(problem)
        return None


def _is_vouched_for(profile: Profile, address: Address) -> bool:
    return bool(profile.email_verified and profile.email and addresses.parse(profile.email).key == address.key)


async def _add_user(services: Services, name: str, email: Address, *, proven: bool, now: int) -> str | None:
    """The new user's id; None where the address is proven on another account."""
    return await users.add(
        services.db,
        id=random_id(),
        name=name,
        email=email.written,
        email_key=email.key,
        email_proven_at=now if proven else None,
        provisional_until=now + admission.PROVISIONAL if services.rules.domains and not proven else None,
        now=now,
    )


async def add_password(services: Services, user_id: str, username: Username, hashed: str, *, now: int) -> bool:
    """In the caller's transaction; whether the username was free."""
    added = await user_authentications.add(
        services.db,
        id=random_id(),
        user_id=user_id,
        username=username.written,
        username_key=username.key,
        password=hashed,
        now=now,
    )
    return added is not None


async def _add_identity(services: Services, user_id: str, profile: Profile, *, now: int) -> bool:
    added = await user_oauths.add(
        services.db,
        id=random_id(),
        user_id=user_id,
        provider=profile.provider,
        identity=profile.identity,
        issuer=profile.issuer,
        now=now,
    )
    return added is not None

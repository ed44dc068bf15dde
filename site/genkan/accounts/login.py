"""How does a person who has an account come in? By password, or by what a provider says of them."""

from dataclasses import dataclass

from genkan.accounts import addresses, identity, joining, names, passwords, session, signup, throttle
from genkan.accounts.joining import Joins
from genkan.accounts.services import Services, Visitor
from genkan.accounts.session import Arrival, Unproven
from genkan.errors import (
    AccountDisabled,
    AccountLeaving,
    IdentifierEmpty,
    IdentityTaken,
    Invalid,
    PasswordEmpty,
    Refused,
    WrongCredentials,
)
from genkan.oauth import Profile
from genkan.records import user_authentications, user_oauths
from genkan.records.user_authentications import Authentication


async def with_password(
    services: Services, visitor: Visitor, *, username: str, password: str, now: int, keep: bool | None = None
) -> Arrival | Unproven:
    """A session for whoever knows the password; where domains are set, only with a proven address.

    username: a username, or an address that has been proven; keep: as in session.begin.
    Raises Refused for empty fields; WrongCredentials for an unknown user and a wrong password alike, at the same
    cost; TooManyLogins; Busy; AccountDisabled, AccountLeaving and AddressNotAllowed, only to those who know the password.
    """
    with services.tries.one(visitor.address):
        found, readable = await _verified(services, visitor, username, password, now=now)
        stronger = await services.hasher.hash(readable) if services.hasher.is_old(found.password) else None
        db, me = services.db, found.user_id
        try:
            async with db.transaction():
                if stronger is not None:
                    await user_authentications.upgrade(db, user_id=me, old=found.password, new=stronger)
                arrival = await session.begin(services, visitor, user_id=me, method="password", now=now, keep=keep)
                await throttle.forgive_login(services, visitor, me)
            return arrival
        except AccountLeaving:
            await throttle.forgive_login(services, visitor, me)  # the transaction took it back
            raise


@dataclass(frozen=True, slots=True)
class Waits:
    """The identity is new here and waits for its person's answer. token: for the browser's waiting cookie."""

    token: str


async def with_profile(
    services: Services, visitor: Visitor, profile: Profile, *, intent: str, next: str, now: int, invitation: str = ""
) -> Arrival | Unproven | Waits:
    """A session for whoever has this identity; a new account where all is said (intent signup); else a question.

    invitation: the link that this browser came by. Raises AccountDisabled, AddressNotAllowed, HouseFull, InvitationUsed;
    IdentityTaken where another issuer under the same name gave the same identity.
    """
    joins = await joining.at_once(services, profile, invitation, now=now) if intent == "signup" else None
    try:
        return await _with_profile(services, visitor, profile, joins=joins, next=next, now=now)
    except IdentityTaken:  # two callbacks at once created it: by now it is somebody's, and this one just logs in
        return await _with_profile(services, visitor, profile, joins=joins, next=next, now=now)


async def _with_profile(
    services: Services, visitor: Visitor, profile: Profile, *, joins: Joins | None, next: str, now: int
) -> Arrival | Unproven | Waits:
    async with services.db.transaction():
        arrival = await _known(services, visitor, profile, now=now)
        if arrival is not None:
            return arrival
        if joins is not None:
            arrival = await signup.with_identity(
                services, visitor, profile, name=joins.name, email=joins.email, invited=joins.invited, now=now
            )
            # Not free: proven on another account, or by this very person's other tab, a moment ago.
            arrival = arrival or await _known(services, visitor, profile, now=now)
            if arrival is not None:
                return arrival
        return Waits(await identity.wait(services, profile, next=next, now=now))


async def _known(services: Services, visitor: Visitor, profile: Profile, *, now: int) -> Arrival | Unproven | None:
    """A session for whose identity this is; None where it is nobody's. Raises AccountDisabled, AddressNotAllowed."""
    found = await user_oauths.by_identity(services.db, provider=profile.provider, identity=profile.identity)
    if found is None or found.issuer != profile.issuer:
        return None
    if found.disabled_at is not None:
        raise AccountDisabled
    await user_oauths.used(services.db, provider=profile.provider, identity=profile.identity, now=now)
    return await session.begin(services, visitor, user_id=found.user_id, method=profile.provider, now=now)


async def _verified(
    services: Services, visitor: Visitor, username: str, password: str, *, now: int
) -> tuple[Authentication, str]:
    """Whose password this is, and the password as it is hashed; counted before it is looked at."""
    _refuse_empty(username, password)
    readable = passwords.readable(password)
    if readable is None:
        raise WrongCredentials  # it can be nobody's password, so this tells nothing about anybody
    account, found = await _find(services, username)
    counted = await throttle.count_login(services, visitor, account, now=now)
    kept = found.password if found and counted.may_look else None
    right = await services.hasher.verify(readable, kept, counted.place)
    if found is None or not right:
        raise WrongCredentials
    if found.disabled_at is not None:
        raise AccountDisabled
    return found, readable


def _refuse_empty(username: str, password: str) -> None:
    problems: list[Invalid] = [] if username.strip() else [IdentifierEmpty()]
    if not password:
        problems.append(PasswordEmpty())
    if problems:
        raise Refused(*problems)


async def _find(services: Services, username: str) -> tuple[str, Authentication | None]:
    """Whose account is meant, and what is it counted under? A name with '@' is an address, and only a proven one counts.

    Nobody's name is counted in one spelling, too: counted apart, the spellings would tell it from somebody's.
    """
    kind, text = _meant(username)
    found = None
    if kind == "username":
        found = await user_authentications.by_username(services.db, text)
    elif kind == "email":
        found = await user_authentications.by_proven_email(services.db, text)
    return (found.user_id if found else f"{throttle.NOBODY}{text}"), found


def _meant(username: str) -> tuple[names.Kind | None, str]:
    """What is looked up, in its one spelling; None: it can be nobody's."""
    kind, text = names.identifier(username) or (None, username.casefold()[:256])
    if kind != "email":
        return kind, text
    try:
        return kind, addresses.parse(text).key
    except Invalid:
        return None, text.casefold()[:256]

"""How does a person add a way in, and take one away? Whatever they do, one that works is left."""

from collections.abc import Mapping, Sequence

from genkan.accounts import changes
from genkan.accounts.digests import random_id
from genkan.accounts.services import Services, Visitor
from genkan.errors import IdentityTaken, LastWay, NotFound, OnePerProvider, SessionChanged, TakenElsewhere
from genkan.oauth import Client, Profile
from genkan.records import sessions, user_oauths, users, ways
from genkan.records.users import User
from genkan.records.ways import Way

__all__ = ["Way", "add", "is_usable", "link", "of_user", "unlink", "usable"]

Clients = Mapping[str, Client]


async def of_user(services: Services, user_id: str) -> list[Way]:
    """The password first, then the providers, oldest first; also those that are switched off."""
    return await ways.of_user(services.db, user_id)


def usable(found: Sequence[Way], clients: Clients) -> list[Way]:
    """Those by which a person can come in now."""
    return [way for way in found if is_usable(way, clients)]


def is_usable(way: Way, clients: Clients) -> bool:
    """A password unless it was taken back; an identity where its provider is configured now, and is still the one that issued it."""
    if way.issuer is None:
        return way.is_usable
    client = clients.get(way.method)
    return client is not None and client.may_have_issued(way.issuer)


async def link(
    services: Services, visitor: Visitor, profile: Profile, *, user_id: str, session_id: str, label: str, now: int
) -> bool:
    """Add an identity to the account of whoever set out to link it. False where it has been theirs already.

    session_id: of the session that set out; it has to be alive still. label: the provider's, for mail and log.
    Raises SessionChanged; TakenElsewhere: it is somebody else's, and stays so; OnePerProvider.
    """
    async with services.db.transaction():
        user = await users.held(services.db, user_id)
        if user is None or await sessions.live(services.db, id=session_id, user_id=user_id, now=now) is None:
            raise SessionChanged
        owner = await user_oauths.by_identity(services.db, provider=profile.provider, identity=profile.identity)
        if owner is not None and (owner.user_id, owner.issuer) == (user_id, profile.issuer):
            return False
        try:
            await add(services, visitor, profile, user=user, label=label, now=now)
        except IdentityTaken:
            raise TakenElsewhere from None
        return True


async def add(services: Services, visitor: Visitor, profile: Profile, *, user: User, label: str, now: int) -> None:
    """A new way in, in the caller's transaction, in which the user is held. Raises OnePerProvider, IdentityTaken."""
    owner = await user_oauths.by_identity(services.db, provider=profile.provider, identity=profile.identity)
    if owner is None and any(way.method == profile.provider for way in await of_user(services, user.id)):
        raise OnePerProvider
    added = owner is None and await user_oauths.add(
        services.db,
        id=random_id(),
        user_id=user.id,
        provider=profile.provider,
        identity=profile.identity,
        issuer=profile.issuer,
        now=now,
    )
    if not added:
        raise IdentityTaken(provider=profile.provider)
    before = {"provider": profile.provider, "identity": profile.identity}
    await changes.made(services, visitor, "way_added", user=user, now=now, before=before, provider_label=label)


async def unlink(
    services: Services, visitor: Visitor, provider: str, *, user_id: str, clients: Clients, label: str, now: int
) -> None:
    """Take a provider away from an account. Raises NotFound where it is not linked, LastWay where none would be left.

    The user is held first: of two at once, the second sees what the first has left.
    """
    async with services.db.transaction():
        user = await users.held(services.db, user_id)
        left = [way for way in await of_user(services, user_id) if way.method != provider]
        if user is None or not usable(left, clients):
            raise LastWay
        removed = await user_oauths.remove(services.db, user_id=user_id, provider=provider)
        if not removed:
            raise NotFound
        for each in removed:
            before = {"provider": provider, "identity": each.identity, "issuer": each.issuer}
            await changes.made(
                services, visitor, "way_removed", user=user, now=now, before=before, provider_label=label
            )

"""Whom does the team find? Every account, by its id, username, address, or a part of its person's name."""

from typing import Final

from genkan.accounts import acts, addresses, names, session
from genkan.accounts.services import Services
from genkan.errors import Invalid, NoSuchUser, SeveralUsers
from genkan.records import directory, sessions, ways
from genkan.records.directory import Entry
from genkan.records.sessions import Device
from genkan.records.ways import Way

__all__ = ["MOST", "Device", "Entry", "Way", "devices_of", "find", "one", "page", "the_one", "ways_of"]

MOST: Final = 50  # accounts that one question finds


async def find(services: Services, text: str) -> list[Entry]:
    """Whoever is meant: by id, username and address exactly, then by a part of the name. At most MOST."""
    typed = names.narrowed(text[:1024].replace("\0", ""))
    if not typed:
        return []
    ids = dict.fromkeys([*await _exact(services, typed), *await _by_name(services, typed)])
    found = [await directory.one(services.db, id) for id in list(ids)[:MOST]]
    return [each for each in found if each is not None]


async def one(services: Services, user_id: str) -> Entry | None:
    return await directory.one(services.db, user_id)


async def the_one(services: Services, text: str) -> Entry:
    """The one account that an id, a username or an address names. Raises NoSuchUser, SeveralUsers."""
    typed = names.narrowed(text[:1024].replace("\0", ""))
    found = [await directory.one(services.db, id) for id in await _exact(services, typed)]
    there = [each for each in found if each is not None]
    if not there:
        raise NoSuchUser
    if len(there) > 1:
        raise SeveralUsers(ids=", ".join(each.id for each in there))
    return there[0]


async def page(
    services: Services,
    *,
    after: str | None,
    most: int = MOST,
    only_disabled: bool = False,
    only_admins: bool = False,
    only_unproven: bool = False,
) -> list[Entry]:
    """The newest accounts first. after: the `cursor` of the last one that was shown; None: from the beginning."""
    at, id = acts.place(after)
    return await directory.page(
        services.db,
        at=at,
        before_id=id,
        most=most,
        only_disabled=only_disabled,
        only_admins=only_admins,
        only_unproven=only_unproven,
    )


async def devices_of(services: Services, user_id: str, *, now: int) -> list[Device]:
    """Where they are logged in, seen last first."""
    return await sessions.live_of(services.db, user_id=user_id, first_id="", now=now, most=session.MOST)


async def ways_of(services: Services, user_id: str) -> list[Way]:
    """The password first, then the providers, oldest first."""
    return await ways.of_user(services.db, user_id)


async def _exact(services: Services, typed: str) -> list[str]:
    """By id and username; by an address whoever has it proven, else all who say that it is theirs."""
    found = [typed] if await directory.is_there(services.db, typed) else []
    owner = await directory.by_username(services.db, typed.lower())
    found += [owner] if owner is not None else []
    if "@" in typed:
        found += await _by_address(services, typed)
    return list(dict.fromkeys(found))


async def _by_address(services: Services, typed: str) -> list[str]:
    try:
        key = addresses.parse(typed).key
    except Invalid:
        return []
    found = await directory.by_email(services.db, key, most=MOST)
    return [each.id for each in found if each.is_proven] or [each.id for each in found]


async def _by_name(services: Services, typed: str) -> list[str]:
    plain = "".join(f"!{letter}" if letter in "!%_" else letter for letter in typed.lower())
    return [each.id for each in await directory.by_part_of_name(services.db, f"%{plain}%", most=MOST)]

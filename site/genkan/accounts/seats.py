"""Is there room for one more account? One row counts them, and is held by whoever takes a seat until theirs is kept."""

from typing import Final

from genkan.accounts.services import Services
from genkan.errors import HouseFull
from genkan.records import seats

COUNT_EVERY: Final = 60  # seconds, at the least, between two counts from the start


async def check(services: Services, *, now: int) -> None:
    """Before anything is done that costs. Raises HouseFull; accounts that are gone meanwhile leave their seats within a minute."""
    most = services.rules.most_accounts
    if most is None:
        return
    found = await seats.of_house(services.db)
    if found is not None and found.taken < most:
        return
    is_fresh = found is not None and found.counted_at > now - COUNT_EVERY
    if is_fresh or await counted(services, now=now) >= most:
        raise HouseFull(service=services.site_name)


async def take(services: Services) -> None:
    """In the transaction that makes the account, after its row was written. Raises HouseFull: the transaction takes it back."""
    most = services.rules.most_accounts
    if most is not None and await seats.take(services.db, most=most) is None:
        raise HouseFull(service=services.site_name)


async def added(services: Services, count: int) -> None:
    """In the transaction in which the team makes accounts: it is not bound by what may be, and what it makes counts."""
    if services.rules.most_accounts is not None:
        await seats.add(services.db, count=count)


async def counted(services: Services, *, now: int) -> int:
    """Count from the start, where it matters: accounts may have come while it did not, and others gone."""
    if services.rules.most_accounts is None:
        return 0
    async with services.db.transaction():
        await seats.hold(services.db, now=now)  # a statement of its own: the next one sees what those before have kept
        return await seats.count(services.db) or 0

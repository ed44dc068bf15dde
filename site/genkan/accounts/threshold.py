"""How does somebody come in whose address has to answer first? They have shown who they are; its code, or its link, ends the wait.

Only where domains are set: there an account whose address is a claim has no session, and no token that says so.
"""

from genkan.accounts import admission, session, throttle, verify
from genkan.accounts.services import Services, Visitor
from genkan.accounts.session import Arrival, Unproven
from genkan.accounts.verify import Proof
from genkan.errors import AccountDisabled, SessionEnded
from genkan.records import users
from genkan.records.users import User

__all__ = ["Proof", "Unproven", "User", "by_code", "enter", "waiting"]


async def waiting(services: Services, found: Unproven) -> User | None:
    """Whose address has to answer; None where it has by now, or there is no such account any more. Raises AccountDisabled."""
    user = await users.by_id(services.db, found.user_id)
    if user is not None and user.disabled_at is not None:
        raise AccountDisabled
    return user if user is not None and admission.waits(services, user) else None


async def by_code(services: Services, visitor: Visitor, found: Unproven, typed: str, *, now: int) -> Proof:
    """Raises CodeEmpty, CodeWrong, CodeExpired, TooManyCodes."""
    await throttle.count_code(services, visitor, now=now)
    proof = await verify.by_code(services, visitor, found.user_id, typed, now=now)
    await throttle.forgive_code(services, visitor)
    return proof


async def enter(services: Services, visitor: Visitor, found: Unproven, *, now: int) -> Arrival:
    """The session, once the address has answered; no mail tells of it, the mailbox has just been asked.

    Raises SessionEnded where it has not, or the account is gone; AccountDisabled; AccountLeaving; AddressNotAllowed.
    """
    async with services.db.transaction():
        user = await users.held(services.db, found.user_id)
        if user is None:
            raise SessionEnded
        arrival = await session.begin(
            services,
            visitor,
            user_id=found.user_id,
            method=found.method,
            keep=found.keep,
            is_told=False,
            now=now,
        )
        if isinstance(arrival, Unproven):
            raise SessionEnded
        return arrival

"""How does an address become proven? A mail goes there, and its code or its link comes back."""

from dataclasses import dataclass

from genkan.accounts import addresses, admission, guide, mailed, proof, throttle
from genkan.accounts.addresses import Address
from genkan.accounts.mailed import VERIFY, Pending
from genkan.accounts.proof import Proof
from genkan.accounts.services import Services, Visitor
from genkan.errors import CodeExpired, LinkExpired
from genkan.records import users
from genkan.records.users import User

__all__ = ["Pending", "Proof", "again", "ask", "by_code", "by_link", "correct", "opened", "pending", "welcome"]


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link is about: the address, and the account that it is to be proven for. username: None without a password.

    is_waiting: whether its person is let in only by this; then it counts in the browser that they show who they are in.
    """

    address: str
    username: str | None
    user_id: str
    is_waiting: bool


async def ask(services: Services, visitor: Visitor, user: User, address: Address, *, now: int) -> None:
    """Mail a code and a link to the address; those that were mailed before are dead.

    A claim gives way to the address at once; a proven one stays in force until the new one has proven itself.
    Beyond the recipient's limit no mail goes out, and nothing says so. Raises TooManyMails.
    """
    allowed = await throttle.count_mail(services, visitor, address.key, now=now)
    username = (await guide.of_user(services, user.id)).username
    async with services.db.transaction():
        await users.claim(
            services.db, id=user.id, email=address.written, email_key=address.key, language=visitor.language
        )
        await _send(services, visitor, user.id, address, name=user.name, username=username, allowed=allowed, now=now)


async def welcome(
    services: Services, visitor: Visitor, user_id: str, address: Address, *, name: str, username: str | None, now: int
) -> None:
    """The first mail of an account, in the transaction of its sign-up."""
    if services.can_mail:
        allowed = await throttle.may_mail(services, address.key, now=now)
        await _send(services, visitor, user_id, address, name=name, username=username, allowed=allowed, now=now)


async def again(services: Services, visitor: Visitor, user_id: str, *, now: int) -> bool:
    """Mail another to the same address. False where it is too early for that. Raises TooManyMails."""
    found, user = await pending(services, user_id, now=now), await users.by_id(services.db, user_id)
    if found is not None and found.again_in:
        return False
    claim = user.email if user is not None and user.email_proven_at is None else None
    address = found.address if found is not None else claim
    if user is not None and address is not None:
        await ask(services, visitor, user, addresses.parse(address), now=now)
    return True


async def correct(services: Services, visitor: Visitor, user_id: str, email: str, *, now: int) -> None:
    """Another address for a claim that was mistyped. Raises EmailEmpty, EmailLong, EmailFormat, EmailDomain,
    TooManyMails.

    A proven address is not changed here: that has a page of its own, behind a lock.
    """
    address = admission.address(services, email)
    user = await users.by_id(services.db, user_id)
    if user is not None and user.email_proven_at is None:
        await ask(services, visitor, user, address, now=now)


async def pending(services: Services, user_id: str, *, now: int) -> Pending | None:
    return await mailed.pending(services, VERIFY, holder=user_id, now=now)


async def by_code(services: Services, visitor: Visitor, user_id: str, typed: str, *, now: int) -> Proof:
    """Raises CodeEmpty, CodeWrong, CodeExpired."""
    found = await mailed.by_code(services, typed, VERIFY, holder=user_id, now=now)
    try:
        return await proof.made(services, visitor, found, now=now)
    except LinkExpired:
        raise CodeExpired from None


async def opened(services: Services, link: str, *, now: int) -> Opened:
    """What the page of a link shows; nothing is changed by it. Raises LinkExpired."""
    found = await mailed.by_link(services, link, VERIFY, now=now)
    user = await users.by_id(services.db, found.user_id or "")
    if user is None:
        raise LinkExpired
    username = (await guide.of_user(services, user.id)).username
    return Opened(found.email, username, user.id, admission.waits(services, user))


async def by_link(services: Services, visitor: Visitor, link: str, *, now: int) -> Proof:
    """Raises LinkExpired."""
    return await proof.made(services, visitor, await mailed.by_link(services, link, VERIFY, now=now), now=now)


async def _send(
    services: Services,
    visitor: Visitor,
    user_id: str,
    address: Address,
    *,
    name: str,
    username: str | None,
    allowed: bool,
    now: int,
) -> None:
    if not allowed:  # nobody's: a code that nobody was sent is not there to be guessed either
        await mailed.issue(services, VERIFY, user_id=None, address=address, holder=user_id, now=now)
        return
    await mailed.send(
        services,
        VERIFY,
        user_id=user_id,
        address=address,
        holder=user_id,
        language=visitor.language,
        now=now,
        name=name,
        username=username,
    )

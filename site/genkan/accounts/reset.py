"""How does a person ask for a way back? By their address: a code and a link go there, if it is proven."""

from genkan.accounts import addresses, mailed, outbox, throttle
from genkan.accounts.addresses import Address
from genkan.accounts.mailed import RESET, Pending
from genkan.accounts.services import Services, Visitor
from genkan.records import mailed_tokens, users
from genkan.records.users import User


async def ask(services: Services, visitor: Visitor, email: str, *, browser: str, now: int) -> None:
    """Mail a code and a link to a proven address. browser: who may type the code, by its own cookie.

    For an address that has no account, or is not proven, the same is done but for the mail, and nothing tells.
    Raises EmailEmpty, EmailLong, EmailFormat, TooManyMails.
    """
    address = addresses.parse(email)
    allowed = await throttle.count_mail(services, visitor, address.key, now=now)
    found = await users.by_proven_email(services.db, address.key)
    user = found if found is not None and found.disabled_at is None and allowed else None
    async with services.db.transaction():
        await _send(services, visitor, user, address, browser=browser, now=now)


async def again(services: Services, visitor: Visitor, *, browser: str, now: int) -> bool:
    """Mail another to the same address. False where it is too early, or nothing was asked for. Raises TooManyMails."""
    found = await pending(services, browser, now=now)
    if found is None or found.again_in:
        return False
    await ask(services, visitor, found.address, browser=browser, now=now)
    return True


async def pending(services: Services, browser: str, *, now: int) -> Pending | None:
    """What was asked for in one browser, for somebody or nobody."""
    return await mailed.pending(services, RESET, holder=browser, now=now)


async def by_code(services: Services, typed: str, *, browser: str, now: int) -> str:
    """The last part of the link that the code stands for. Raises CodeEmpty, CodeWrong, CodeExpired."""
    return mailed.link_of(services, await mailed.by_code(services, typed, RESET, holder=browser, now=now))


async def _send(
    services: Services, visitor: Visitor, user: User | None, address: Address, *, browser: str, now: int
) -> None:
    """For nobody the same rows as for somebody, but that nobody can use them. The newest mail is the one that counts."""
    user_id, minutes = user.id if user else None, RESET.lasts // 60
    await mailed_tokens.remove_of_user(services.db, user_id=user_id or "", purpose=RESET.name)
    id = await mailed.issue(services, RESET, user_id=user_id, address=address, holder=browser, now=now)
    if user is None:
        await outbox.put_nobodys(
            services, template=RESET.name, language=visitor.language, token_id=id, now=now, minutes=minutes, name=""
        )
        return
    await outbox.put(
        services,
        template=RESET.name,
        user_id=user_id,
        recipient=user.email or address.written,
        language=user.language or visitor.language,
        token_id=id,
        now=now,
        minutes=minutes,
        name=user.name,
    )

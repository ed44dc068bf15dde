"""How does a person change their address? The new one has to answer first (verify.py); until then the old one stays."""

from genkan.accounts import addresses, admission, session, verify
from genkan.accounts.services import Services, Visitor
from genkan.errors import EmailSame


async def change(services: Services, visitor: Visitor, typed: str, *, user_id: str, now: int) -> None:
    """Ask the new address. Whether it is proven on another account is not said here, only to whoever reads its mail.

    Raises Invalid, SessionEnded.
    """
    address = admission.address(services, typed)
    async with services.db.transaction():
        user = await session.hold(services, visitor, user_id, now=now)
        if user.email and user.email_proven_at is not None and addresses.parse(user.email).key == address.key:
            raise EmailSame
        await verify.ask(services, visitor, user, address, now=now)

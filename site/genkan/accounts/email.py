"""How does a person change their address? The new one has to answer first (verify.py); until then the old one stays."""

from genkan.accounts import addresses, verify
from genkan.accounts.services import Services, Visitor
from genkan.errors import EmailSame


async def change(
    services: Services, visitor: Visitor, typed: str, *, user_id: str, proven: str | None, now: int
) -> None:
    """Ask the new address. Whether it is proven on another account is not said here, only to whoever reads its mail.

    proven: the address that they have and that has answered, or None. Raises Invalid.
    """
    address = addresses.parse(typed)
    if proven is not None and addresses.parse(proven).key == address.key:
        raise EmailSame
    await verify.ask(services, visitor, user_id=user_id, address=address, now=now)

"""How does an address prove itself? Its mailbox answers with the code or the link that was mailed to it."""

from genkan.accounts import mailed
from genkan.accounts.addresses import Address
from genkan.accounts.services import Services, Visitor


async def ask(services: Services, visitor: Visitor, *, user_id: str, address: Address, now: int) -> None:
    """Mail a code and a link; the person's earlier ones are dead."""
    async with services.db.transaction():
        await mailed.send(
            services,
            mailed.VERIFY,
            user_id=user_id,
            address=address,
            holder=user_id,
            language=visitor.language,
            now=now,
        )

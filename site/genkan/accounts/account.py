"""What does a person see of their own account? Every way in, and which of them is in use here."""

from genkan.accounts.services import Services
from genkan.records import ways
from genkan.records.ways import Way

__all__ = ["Way", "ways_in"]


async def ways_in(services: Services, user_id: str) -> list[Way]:
    """The password first, then the providers, oldest first."""
    return await ways.of_user(services.db, user_id)

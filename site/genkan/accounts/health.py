"""Does the database answer, and who has been here lately, as far as it is told?"""

from genkan.accounts.services import Services
from genkan.db import Database
from genkan.records import events, schema_version


async def ready(services: Services) -> None:
    """Raises DatabaseUnavailable where it does not."""
    await schema_version.newest(services.db)


async def latest_addresses(db: Database, *, most: int) -> list[str]:
    """The client addresses of what happened last to any account, newest first."""
    return await events.latest_addresses(db, most=most)

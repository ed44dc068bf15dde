"""Does the database answer?"""

from genkan.accounts.services import Services
from genkan.records import schema_version


async def ready(services: Services) -> None:
    """Raises DatabaseUnavailable where it does not."""
    await schema_version.newest(services.db)

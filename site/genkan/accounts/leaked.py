"""What becomes of what was mailed when the secret is somebody else's, too? Codes and links are derived from it: all of them end."""

from typing import Final

from genkan.accounts.services import Services
from genkan.records import mailed_tokens

AT_ONCE: Final = 1000  # rows, so that nobody waits for it


async def end_links(services: Services) -> int:
    """No code and no link that was mailed counts any more. How many there were."""
    count, ended = 0, AT_ONCE
    while ended == AT_ONCE:
        ended = await mailed_tokens.remove_some(services.db, most=AT_ONCE)
        count += ended
    return count

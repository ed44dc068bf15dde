"""How many processes serve, and who may read how they stand?"""

import ipaddress
from urllib.parse import urlsplit

from genkan.settings.reader import Reader

MOST_WORKERS = 64


def workers(reader: Reader) -> int:
    return reader.number("WORKERS", 1, 1, MOST_WORKERS)


def metrics_address(reader: Reader, host: str, port: int) -> tuple[str, int] | None:
    """Host and port; the host as an address, since nobody should have to look up where we listen."""
    value = reader.text("METRICS_ADDRESS", "")
    if not value:
        return None
    try:
        parts = urlsplit(f"//{value}")
        found = (str(ipaddress.ip_address(parts.hostname or "")), parts.port or 0)
    except ValueError:
        found = ("", 0)
    if not found[1] or "/" in value or "@" in value:
        reader.fault("METRICS_ADDRESS", "must be an address and a port, like 127.0.0.1:9464")
        return None
    if found == (host, port):
        reader.fault("METRICS_ADDRESS", "must be another one than the site's: the figures are not for everybody")
    return found

"""Do people's own addresses arrive? By what happened last: where all of it came from the proxy, it does not say who asks."""

import ipaddress
from typing import Final

from genkan.accounts import health
from genkan.commands.checks.finding import Finding, ok, warning
from genkan.db import Database
from genkan.settings import Network

LOOKED_AT: Final = 20  # events
FEWEST: Final = 5  # that say something
NOWHERE: Final = ("", "none")  # what has no address
TELL: Final = "let the proxy send X-Forwarded-For, and name its address in TRUSTED_PROXIES"


async def findings(database: Database, proxies: tuple[Network, ...]) -> list[Finding]:
    """Of a database of our version."""
    await database.connect()
    try:
        return said(await health.latest_addresses(database, most=LOOKED_AT), proxies)
    finally:
        await database.disconnect()


def said(addresses: list[str], proxies: tuple[Network, ...]) -> list[Finding]:
    """addresses: of clients, newest first; an IPv6 client is its /64."""
    read = [ipaddress.ip_network(each) for each in addresses if each not in NOWHERE]
    if len(read) < FEWEST:
        return []
    if all(each.is_loopback or any(_overlaps(each, proxy) for proxy in proxies) for each in read):
        text = f"the last {len(read)} logins and changes all seem to come from the proxy itself"
        return [warning("site.clients", text, TELL)]
    return [ok("site.clients", "people's own addresses arrive")]


def _overlaps(one: Network, other: Network) -> bool:
    return one.version == other.version and one.overlaps(other)

"""What does a browser call itself, and where is it? Two words, as far as User-Agent (RFC 9110 §10.1.5) and its address tell.

Current browsers say little more than this there, so a table of a dozen words serves; nothing is decided by it.
"""

import ipaddress
from typing import Final, Literal

LONGEST: Final = 512  # characters that are looked at
LOOPBACK_NETWORK: Final = "::/64"  # what ::1 is counted as
# The first one that is found counts: those that name others in passing come before them.
BROWSERS: Final = {
    "Line/": "LINE",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "EdgiOS/": "Edge",
    "EdgA/": "Edge",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS: Final = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def named(user_agent: str) -> str:
    """'Chrome, Windows'; one of the two where the other is not known; '' where neither is."""
    seen = user_agent[:LONGEST]
    found = (next((name for mark, name in table.items() if mark in seen), None) for table in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))


def place(address: str) -> Literal["machine", "private", "address", ""]:
    """What an address tells of a place, without asking anybody: this very machine, some private network, or only itself.

    address: as web/visitor.py `network` writes it; "" where there is none.
    """
    try:
        network = ipaddress.ip_network(address, strict=False)
    except ValueError:
        return ""
    if network.network_address.is_loopback or address == LOOPBACK_NETWORK:
        return "machine"
    return "private" if network.is_private else "address"

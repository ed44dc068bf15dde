"""What does a browser call itself? Its name and system in two words, as far as User-Agent still tells (RFC 9110 §10.1.5).

Current browsers say little more than this there, so a table of a dozen words serves; nothing is decided by it.
"""

from typing import Final

LONGEST: Final = 512  # characters that are looked at
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

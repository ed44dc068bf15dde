"""Does this request to change something come from our own pages? Decided by its headers (Fetch Metadata, RFC 6454)."""

from typing import Final

from starlette.requests import HTTPConnection

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN: Final = frozenset({"same-origin", "none"})  # none: the person's own doing, like a bookmark


def is_foreign(request: HTTPConnection, base_url: str) -> bool:
    """True where a browser says that another site asks.

    With neither header it is no current browser: allowed, since the session cookie is SameSite=Lax.
    """
    headers = request.headers
    site, origins = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    return any(each not in OWN for each in site) or any(each != base_url for each in origins)


def is_started_elsewhere(request: HTTPConnection) -> bool:
    """True for a GET that another site's page, image or frame causes: nothing may begin by it."""
    site = request.headers.get("sec-fetch-site", "none")
    mode = request.headers.get("sec-fetch-mode", "navigate")
    destination = request.headers.get("sec-fetch-dest", "document")
    return site not in OWN or mode != "navigate" or destination != "document"

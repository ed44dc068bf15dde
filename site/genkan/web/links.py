"""How does a mailed link leave the address line? Into a short cookie, by a redirect that is nobody's referrer."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from genkan.web import cookies
from genkan.web.redirects import see_other

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
LASTS: Final = 900  # seconds


def moved(request: Request, cookie: str, path: str, *, seconds: int = LASTS) -> Response:
    """303 to a clean address, where the cookie stands for the link; nothing is looked up, nothing changes by it."""
    link = request.path_params["link"]
    response = keep(request, see_other(request, path), cookie, link if TOKEN.fullmatch(link) else "", seconds=seconds)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def keep(request: Request, response: Response, cookie: str, link: str, *, seconds: int = LASTS) -> Response:
    cookies.put(request, response, cookie, link, seconds=seconds if link else 0)
    return response


def held(request: Request, cookie: str) -> str:
    """The last part of the link that this browser came by; "" for none."""
    return cookies.read(request, cookie) or ""

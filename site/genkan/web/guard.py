"""Which requests are refused before any page sees them? Foreign hosts, foreign origins, and what no browser sends."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from genkan.errors import BadRequest, CrossOrigin, GenkanError, NotFound, TooLarge
from genkan.settings import LOOPBACK, Settings
from genkan.web import origin

LONGEST_URL: Final = 8192  # characters of path and query
MOST_BYTES: Final = 65_536  # of a request's body
PUBLIC: Final = ("/static/", "/.well-known/", "/healthz", "/readyz")  # may be fetched from other sites' pages
PROBED: Final = ("/healthz", "/readyz")  # load balancers ask for them by our address, and many cannot say our name
ADDRESS: Final = re.compile(rb"([0-9.]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?")
REMEMBERED: Final = 64  # names that need not be judged again
FRAMES: Final = frozenset({"iframe", "frame", "object", "embed", "fencedframe"})


class Guard:
    """Judges requests by their headers alone; costs nothing but string comparisons."""

    def __init__(self, settings: Settings) -> None:
        self._base_url = settings.base_url
        parts = urlsplit(settings.base_url)
        self._host = parts.netloc
        self._port = parts.port
        self._is_development = not settings.is_production
        # In development this machine's other names are ours, too; pages asked for by them lead to the one (elsewhere).
        loopback = {_netloc(name, self._port) for name in LOOPBACK} if self._is_development else set()
        self._hosts = {self._host} | loopback
        self._is_ours = lru_cache(REMEMBERED)(self._judge)

    def fault(self, request: HTTPConnection) -> GenkanError | None:
        """Why this request is refused; None for one that may go on."""
        scope = request.scope
        if not self._is_our_host(request):
            return BadRequest()
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_URL:
            return BadRequest()
        if not scope["path"].isprintable():
            return NotFound()
        if is_too_large(request.headers.get("content-length", "0")):
            return TooLarge()
        if scope["method"] in origin.SAFE:
            return CrossOrigin() if self._is_embedded(request) else None
        if is_form_post_callback(scope["path"]):
            return None  # a provider's cross-site POST: it changes nothing, it is turned into a GET
        return CrossOrigin() if origin.is_foreign(request, self._base_url) else None

    def elsewhere(self, request: HTTPConnection) -> Response | None:
        """In development: http://localhost:8000 leads to http://127.0.0.1:8000, where cookies and redirect URIs live."""
        if not self._is_development or request.scope["method"] != "GET":
            return None
        host = request.headers.get("host", "")
        if host == self._host or host not in self._hosts:
            return None
        path = request.scope.get("raw_path") or b"/"
        if not path.startswith(b"/") or path.startswith(b"//") or len(request.headers.getlist("host")) != 1:
            return None
        query = request.scope["query_string"]
        target = path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
        return RedirectResponse(self._base_url + target, status_code=303)

    def _is_our_host(self, request: HTTPConnection) -> bool:
        hosts = [value for name, value in request.scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        return self._is_ours(hosts[0]) or (request.scope["path"] in PROBED and ADDRESS.fullmatch(hosts[0]) is not None)

    def _judge(self, host: bytes) -> bool:
        return _without_default_port(host.decode("latin-1").lower(), self._base_url) in self._hosts

    def _is_embedded(self, request: HTTPConnection) -> bool:
        """Whether another site's page wants this as its image, script or frame."""
        site = request.headers.get("sec-fetch-site", "none")
        if site in origin.OWN or request.scope["path"].startswith(PUBLIC):
            return False
        mode = request.headers.get("sec-fetch-mode", "navigate")
        return mode != "navigate" or request.headers.get("sec-fetch-dest", "document") in FRAMES


def is_too_large(content_length: str) -> bool:
    """Whether a request says itself that its body is too large; one that does not say is counted as it comes (app.py)."""
    return len(content_length) > 9 or not content_length.isdecimal() or int(content_length) > MOST_BYTES


def is_form_post_callback(path: str) -> bool:
    """/oauth/{provider}/callback, where some providers answer by POST (OAuth 2.0 Form Post Response Mode)."""
    parts = path.split("/")
    return len(parts) == 4 and parts[1] == "oauth" and parts[3] == "callback"


def _netloc(name: str, port: int | None) -> str:
    host = f"[{name}]" if ":" in name else name
    return host if port is None else f"{host}:{port}"


def _without_default_port(host: str, base_url: str) -> str:
    default = ":443" if base_url.startswith("https") else ":80"
    return host.removesuffix(default)

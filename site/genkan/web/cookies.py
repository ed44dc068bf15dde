"""How are cookies read and set? Strictly, and only here (RFC 6265; `__Host-` over https; `__Secure-` where hosts share one)."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

MOST_BYTES: Final = 8192  # of all Cookie headers together; a browser with more is taken for one with none
MOST_COOKIES: Final = 50
READ: Final = "genkan.cookies"  # where the scope keeps what was read
PREFIX: Final = "__Host-"  # of every cookie of ours over https
SHARED: Final = "__Secure-"  # of a cookie that the hosts of a domain share


def read(request: HTTPConnection, name: str) -> str | None:
    """The one cookie of exactly this name; None where there is none, or two that contradict each other.

    Nothing is stripped but the ASCII spaces and tabs of the grammar: a look-alike name is another name.
    """
    return _one(_all(request).get((_prefix(request) + name).encode(), ()))


def is_there(request: HTTPConnection, name: str) -> bool:
    """Whether the browser sent any cookie of this name, of use or not."""
    return (_prefix(request) + name).encode() in _all(request)


def read_shared(request: HTTPConnection, name: str) -> str | None:
    """The same for a cookie of COOKIE_DOMAIN. Every host of the domain can set it: whoever relies on it asks what it says."""
    return _one(_all(request).get((SHARED + name).encode(), ()))


def put(request: HTTPConnection, response: Response, name: str, value: str, *, seconds: int | None) -> None:
    """HttpOnly, Lax, for the whole site and this host only; Secure wherever the site is https.

    seconds: None: until the browser's window closes.
    """
    response.set_cookie(
        _prefix(request) + name,
        value,
        max_age=seconds,
        path="/",
        secure=request.app.state.settings.is_https,
        httponly=True,
        samesite="lax",
    )


def drop(request: HTTPConnection, response: Response, name: str) -> None:
    put(request, response, name, "", seconds=0)


def put_shared(request: HTTPConnection, response: Response, name: str, value: str, *, seconds: int | None) -> None:
    """The same for every host of COOKIE_DOMAIN, which is there only over https."""
    response.set_cookie(
        SHARED + name,
        value,
        max_age=seconds,
        path="/",
        domain=request.app.state.settings.cookie_domain,
        secure=True,
        httponly=True,
        samesite="lax",
    )


def _prefix(request: HTTPConnection) -> str:
    return PREFIX if request.app.state.settings.is_https else ""


def _all(request: HTTPConnection) -> dict[bytes, list[bytes]]:
    """Every cookie by its name, read once a request."""
    found: dict[bytes, list[bytes]] | None = request.scope.get(READ)
    if found is None:
        found = request.scope[READ] = {}
        header = b";".join([value for key, value in request.scope["headers"] if key == b"cookie"])
        pairs = header.split(b";", MOST_COOKIES)
        if len(header) <= MOST_BYTES and len(pairs) <= MOST_COOKIES:
            for key, equals, value in map(_parted, pairs):
                if equals:
                    found.setdefault(key, []).append(value)
    return found


def _one(values: Sequence[bytes]) -> str | None:
    return values[0].decode("ascii", "replace") if len(values) == 1 else None


def _parted(pair: bytes) -> tuple[bytes, bytes, bytes]:
    key, equals, value = pair.strip(b" \t").partition(b"=")
    return key, equals, value

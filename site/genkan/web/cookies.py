"""How are cookies read and set? Strictly, and only here (RFC 6265; `__Host-` over https)."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

MOST_BYTES: Final = 8192  # of all Cookie headers together; a browser with more is taken for one with none
MOST_COOKIES: Final = 50
READ: Final = "genkan.cookies"  # where the scope keeps what was read
PREFIX: Final = "__Host-"  # of every cookie of ours over https


def read(request: HTTPConnection, name: str) -> str | None:
    """The one cookie of exactly this name; None where there is none, or two that contradict each other.

    Nothing is stripped but the ASCII spaces and tabs of the grammar: a look-alike name is another name.
    """
    values = _all(request).get(name.encode(), ())
    return values[0].decode("ascii", "replace") if len(values) == 1 else None


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


def _prefix(request: HTTPConnection) -> str:
    return PREFIX if request.app.state.settings.is_https else ""


def _all(request: HTTPConnection) -> dict[bytes, list[bytes]]:
    """Every cookie by its name without the prefix, read once a request; what lacks the prefix is none of ours."""
    found: dict[bytes, list[bytes]] | None = request.scope.get(READ)
    if found is None:
        found = request.scope[READ] = {}
        header = b";".join([value for key, value in request.scope["headers"] if key == b"cookie"])
        pairs = header.split(b";", MOST_COOKIES)
        if len(header) <= MOST_BYTES and len(pairs) <= MOST_COOKIES:
            prefix = _prefix(request).encode()
            for key, equals, value in map(_parted, pairs):
                if equals and key.startswith(prefix):
                    found.setdefault(key.removeprefix(prefix), []).append(value)
    return found


def _parted(pair: bytes) -> tuple[bytes, bytes, bytes]:
    key, equals, value = pair.strip(b" \t").partition(b"=")
    return key, equals, value

"""How does a page go out? As HTML in one language, with what it depends on."""

from collections.abc import Iterable
from typing import Final

from starlette.responses import Response

VARY: Final = b"HX-Request, HX-Request-Type, Cookie, Accept-Language"


class Page(Response):
    """html: encoded; code: of its language; more: headers. Its headers are written down as they are sent."""

    def __init__(self, html: bytes, status: int, code: str, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.status_code = status
        self.background = None
        self.body = html
        self.raw_headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", b"%d" % len(html)),
            (b"vary", VARY),
            (b"content-language", code.encode()),
            *more,
        ]

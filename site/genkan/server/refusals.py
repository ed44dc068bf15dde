"""What is said to whoever breaks a limit? A line of plain text, before any page is asked."""

from collections.abc import Iterable
from typing import Final

TEXTS: Final = {
    400: (b"Bad Request", b"The request could not be read."),
    408: (b"Request Timeout", b"The request took too long."),
    414: (b"URI Too Long", b"The address is too long."),
    431: (b"Request Header Fields Too Large", b"The headers are too large."),
    503: (b"Service Unavailable", b"The site is busy just now. Try again in a moment."),
}
HEADERS: Final = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"connection", b"close"),
)
RETRY_AFTER: Final = b"5"  # seconds


def answer(status: int, more: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """The whole answer, as it goes over the wire."""
    phrase, text = TEXTS[status]
    headers = [*more, *HEADERS, (b"content-length", b"%d" % len(text))]
    if status == 503:
        headers.append((b"retry-after", RETRY_AFTER))
    lines = b"".join(b"%s: %s\r\n" % header for header in headers)
    return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, phrase, lines, text)

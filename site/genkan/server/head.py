"""Is the head of this request one that everybody reads alike? What llhttp lets pass and RFC 9112 does not."""

import re
from collections.abc import Sequence
from typing import Final

import httptools

VERSIONS: Final = ("1.1", "1.0")
HOST: Final = re.compile(rb"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
WATCHED: Final = (b"host", b"transfer-encoding")


def is_plain(version: str, target: bytes, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether it has one well-formed Host, which the target does not contradict, and a body framed in one way only.

    version: as "1.1"; target: as in the request line; headers: names in small letters.
    """
    found = [(name, value) for name, value in headers if name in WATCHED]
    if version not in VERSIONS or len(found) > 2 or b"#" in target:
        return False
    hosts = [value for name, value in found if name == b"host"]
    if len(hosts) != 1 or not HOST.fullmatch(hosts[0]):  # RFC 9112 §3.2
        return False
    if len(found) == 2 and not _is_chunked(version, dict(found)[b"transfer-encoding"]):
        return False
    return target.startswith(b"/") or _is_of(hosts[0], target)


def _is_chunked(version: str, coding: bytes) -> bool:
    """The one transfer coding that is known here (RFC 9112 §6.1); HTTP/1.0 has none."""
    return version == "1.1" and coding.lower() == b"chunked"


def _is_of(host: bytes, target: bytes) -> bool:
    """Whether an absolute target (RFC 9112 §3.2.2) is of the same host as the header, and has a path."""
    try:
        url = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError:
        return False
    prefix = b"%s://%s/" % (url.schema or b"", host)
    return url.schema in (b"http", b"https") and target.lower().startswith(prefix.lower())

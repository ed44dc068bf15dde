"""Which pages go out gzipped, and to whom? Those that are the same for all, to whoever takes it; each is packed once.

No other page is. The length of a packed page tells what its parts have in common: who can put words of their choice into
somebody's page, and sees how long it is on the wire, could read letter by letter what else is there (BREACH). A page that is
the same for all has the words of its own address in it, and beside them nothing that anybody could want to know: no name, no
token, not even which way in was used last. Pages of a person, answers to forms, notices and errors go out as they are.
"""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from starlette.requests import Request

from genkan.web.page import Page

LONGEST_HEADER: Final = 200  # characters of Accept-Encoding that are looked at
LEVEL: Final = 6  # 9 takes longer and saves ten bytes
EITHER: Final = ((b"vary", b"Accept-Encoding"),)  # joins what Page says (RFC 9110 §5.3)
PACKED: Final = (*EITHER, (b"content-encoding", b"gzip"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A page as it is sent again and again. packed: the same gzipped, or None where it may not be."""

    plain: bytes
    packed: bytes | None


def kept(html: bytes, *, is_same_for_all: bool) -> Kept:
    return Kept(html, gzip.compress(html, LEVEL, mtime=0) if is_same_for_all else None)


def page(request: Request, kept: Kept, code: str) -> Page:
    """The page as this browser takes it. code: of its language."""
    if kept.packed is None or not _takes(request.headers.get("accept-encoding", "")[:LONGEST_HEADER]):
        return Page(kept.plain, 200, code, EITHER)
    return Page(kept.packed, 200, code, PACKED)


@lru_cache(64)
def _takes(header: str) -> bool:
    """Whether gzip is welcome (RFC 9110 §12.5.3)."""
    codings = [each.replace(" ", "").lower().partition(";") for each in header.split(",")]
    return any(name == "gzip" and weight.rstrip("0.") != "q=" for name, _, weight in codings)

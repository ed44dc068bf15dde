"""What does a mail scanner do? It opens every link of a mail before its reader does, with GET and HEAD, and some press buttons."""

from dataclasses import dataclass
from typing import Final

import httpx2
from starlette.types import ASGIApp

METHODS: Final = ("GET", "HEAD", "POST")
HEADERS: Final = {"User-Agent": "Mozilla/5.0 (mail scanner)"}
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Visit:
    """status: of the first answer; ends_at, ends_with: where its redirects led, and the status there."""

    method: str
    url: str
    status: int
    ends_at: str
    ends_with: int


async def visits(app: ASGIApp, base_url: str, urls: list[str]) -> list[Visit]:
    """Without the reader's cookies; each visit with those that were set on its own way."""
    return [await _visit(app, base_url, method, url) for url in urls for method in METHODS]


async def _visit(app: ASGIApp, base_url: str, method: str, url: str) -> Visit:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=base_url, headers=HEADERS) as client:
        answer = await client.request(method, url, headers=FORM if method == "POST" else {}, follow_redirects=True)
    first = answer.history[0] if answer.history else answer
    return Visit(method, url, first.status_code, answer.url.path, answer.status_code)

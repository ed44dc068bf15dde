"""How are requests to providers sent? One TLS context, no redirects, no cookies, an end to every size and time."""

import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import httpx2

from genkan.errors import ProviderDown, ProviderFailed

MOST_BYTES: Final = 262_144  # of an answer
LONGEST_NUMBER: Final = 19  # digits of a length
TIMEOUT: Final = {"connect": 3.0, "read": 5.0, "write": 5.0, "pool": 3.0}  # seconds; the whole has a deadline besides
AGENT: Final = "Genkan"
KEPT: Final = ("content-type", "retry-after")  # of an answer's headers; cookies and all others are not looked at

OpenTransport = Callable[[], AbstractAsyncContextManager[httpx2.AsyncBaseTransport]]


class Bounded(httpx2.AsyncBaseTransport):
    """Sends by another transport, and takes only so much of an answer."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, *, most: int = MOST_BYTES) -> None:
        self._inner = inner
        self._most = most

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises ProviderDown where nobody answers, ProviderFailed for an answer that is too large or compressed."""
        request.headers["Accept-Encoding"] = "identity"
        request.headers["User-Agent"] = AGENT
        request.extensions = {"timeout": TIMEOUT}
        try:
            answer = await self._inner.handle_async_request(request)
            try:
                body = await self._body(answer)
            finally:
                await answer.aclose()
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise ProviderDown(f"http.{type(error).__name__}") from None
        kept = {name: answer.headers[name] for name in KEPT if name in answer.headers}
        return httpx2.Response(answer.status_code, headers=kept, content=body, request=request)

    async def _body(self, answer: httpx2.Response) -> bytes:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise ProviderFailed("http.encoding")
        if not self._is_bearable(answer.headers.get("content-length", "0")):
            raise ProviderFailed("http.too_large")  # nothing of it is read
        body = bytearray()
        async for chunk in answer.stream:  # type: ignore[union-attr]
            body += chunk
            if len(body) > self._most:
                raise ProviderFailed("http.too_large")
        return bytes(body)

    def _is_bearable(self, length: str) -> bool:
        return length.isdecimal() and len(length) <= LONGEST_NUMBER and int(length) <= self._most

    async def aclose(self) -> None:
        """Shared: whoever opened it closes it."""


@contextlib.asynccontextmanager
async def open_transport(verify: ssl.SSLContext | None = None) -> AsyncIterator[httpx2.AsyncBaseTransport]:
    """The transport of the whole process. Its TLS context is made once: making one costs 30 to 60 ms."""
    context = verify or ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    async with httpx2.AsyncHTTPTransport(verify=context, trust_env=False, retries=0) as inner:
        yield Bounded(inner)


async def fetch(
    transport: httpx2.AsyncBaseTransport,
    url: str,
    *,
    what: str,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    may_be_absent: bool = False,
) -> Any:
    """The JSON that a URL answers: by GET, or by POST of a form; None for 404 where it may be. what: names the request in reasons.

    Raises ProviderDown, ProviderFailed.
    """
    given = {"Accept": "application/json"} | dict(headers or {})
    request = httpx2.Request("GET" if form is None else "POST", url, headers=given, data=form)
    answer = await transport.handle_async_request(request)
    return None if may_be_absent and answer.status_code == 404 else parsed(answer, what)


def parsed(answer: httpx2.Response, what: str) -> Any:
    """The JSON of an answer, read strictly. Raises ProviderDown (429, 5xx), ProviderFailed."""
    if answer.status_code == 429 or answer.status_code >= 500:
        raise ProviderDown(f"{what}.status_{answer.status_code}")
    if answer.status_code != 200:
        raise ProviderFailed(f"{what}.status_{answer.status_code}")
    return strict_json(answer.content, what)


def strict_json(content: bytes, what: str) -> Any:
    """JSON in UTF-8; no member twice, no NaN, no endless nesting. Raises ProviderFailed."""
    try:
        return json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ProviderFailed(f"{what}.json") from None


def members(value: Any, what: str) -> dict[str, Any]:
    """Raises ProviderFailed for JSON that is no object."""
    if not isinstance(value, dict):
        raise ProviderFailed(f"{what}.no_object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a member twice")
    return dict(pairs)


def _no_number(name: str) -> Any:
    raise ValueError(name)

"""What does an address answer, seen from here? One GET, no redirect followed, with an end to time and size."""

import re
import ssl
from dataclasses import dataclass
from typing import Any, Final

import httpx2

from genkan.commands.checks.around import Around

MOST_BYTES: Final = 65_536
UNTRUSTED: Final = re.compile(r"certificate verify failed: ([^(\[]+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """certificate_ends: unix seconds; None where the answer came without TLS."""

    status: int
    location: str
    content: bytes
    certificate_ends: float | None


class NoAnswer(Exception):
    """why: in a few words; is_untrusted: somebody is there, whose certificate is not believed."""

    def __init__(self, why: str, *, is_untrusted: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.is_untrusted = is_untrusted


async def get(around: Around, url: str) -> Answer:
    """Raises NoAnswer. Whoever asks sets a deadline for the whole."""
    timeout = dict.fromkeys(("connect", "read", "write", "pool"), around.patience)
    request = httpx2.Request("GET", url, headers={"User-Agent": "Genkan check"}, extensions={"timeout": timeout})
    try:
        async with httpx2.AsyncHTTPTransport(verify=around.tls, trust_env=False, retries=0) as transport:
            answer = await transport.handle_async_request(request)
            try:
                return Answer(
                    status=answer.status_code,
                    location=answer.headers.get("location", ""),
                    content=await _body(answer),
                    certificate_ends=_ends(answer),
                )
            finally:
                await answer.aclose()
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        untrusted = UNTRUSTED.search(str(error))
        why = untrusted[1].strip() if untrusted else str(error) or type(error).__name__
        raise NoAnswer(why, is_untrusted=untrusted is not None) from None


async def _body(answer: httpx2.Response) -> bytes:
    body = b""
    async for chunk in answer.stream:  # type: ignore[union-attr]
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return body


def _ends(answer: httpx2.Response) -> float | None:
    connection: Any = answer.extensions["network_stream"].get_extra_info("ssl_object")
    return None if connection is None else ssl.cert_time_to_seconds(connection.getpeercert()["notAfter"])

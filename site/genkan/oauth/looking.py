"""Does a provider publish what a login needs? For whoever sets it up: nobody is logged in, and nothing of ours is told."""

from email.utils import parsedate_to_datetime

import httpx2

from genkan.errors import ProviderFailed
from genkan.oauth.discovery import Discovery
from genkan.oauth.registry import provider_of
from genkan.settings import ProviderSettings


class Dated(httpx2.AsyncBaseTransport):
    """Sends by another transport, and keeps what time the last answer said that it is."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner
        self.date: float | None = None  # unix seconds

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self._inner.handle_async_request(request)
        self.date = when(answer.headers.get("date", ""))
        return answer


async def published(settings: ProviderSettings, transport: httpx2.AsyncBaseTransport) -> None:
    """Asks for metadata and keys, as a login would; where there are none to ask for, whether anybody answers.

    Raises ProviderDown, ProviderFailed.
    """
    provider = provider_of(settings)
    discovery = Discovery(
        transport, provider.issuer or "", provider.hosts, template=provider.is_template, known=provider.endpoints
    )
    metadata = await discovery.metadata()
    if "jwks_uri" not in metadata:
        await transport.handle_async_request(httpx2.Request("GET", metadata["token_endpoint"]))
    elif not await discovery.keys():
        raise ProviderFailed("keys.none")


def when(date: str) -> float | None:
    """Unix seconds of a Date header (RFC 9110 §6.6.1); None for what is none."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except ValueError:
        return None

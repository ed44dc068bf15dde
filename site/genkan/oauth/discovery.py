"""What does an issuer publish of itself? Its metadata (OIDC Discovery §4) and its keys, each with an age."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2

from genkan.errors import ProviderFailed
from genkan.oauth.http import fetch, members

AGE: Final = 3600.0  # seconds
COOL_DOWN: Final = 30.0  # seconds between fetches of the keys for a key that is not among them
LONGEST_URL: Final = 1000  # characters
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL: Final = ("userinfo_endpoint",)


class Aged:
    """A value that is fetched once for all who ask at the same time, and anew when it is old."""

    def __init__(self, fetch: Callable[[], Awaitable[Any]], age: float) -> None:
        self._fetch = fetch
        self._age = age
        self._lock = asyncio.Lock()
        self._value: Any = None
        self._at = float("-inf")

    async def get(self, *, newer_than: float | None = None) -> Any:
        """newer_than: seconds; a value older than that is fetched anew."""
        age = self._age if newer_than is None else newer_than
        async with self._lock:
            if time.monotonic() - self._at > age:
                self._value = await self._fetch()
                self._at = time.monotonic()
            return self._value


class Discovery:
    """One issuer. hosts: other hosts that its endpoints may live on; template: its metadata names `{tenantid}`.

    known: its endpoints, where they are written in our own file and not asked for.
    """

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport,
        issuer: str,
        hosts: Sequence[str] = (),
        *,
        template: bool = False,
        known: Mapping[str, str] | None = None,
        age: float = AGE,
        cool_down: float = COOL_DOWN,
    ) -> None:
        self._transport = transport
        self._issuer = issuer
        self._template = template
        self._known = known
        self._hosts = (urlsplit(issuer).hostname, *hosts)
        self._cool_down = cool_down
        self._metadata = Aged(self._fetch_metadata, age)
        self._keys = Aged(self._fetch_keys, age)

    async def metadata(self) -> Mapping[str, Any]:
        """Raises ProviderDown, ProviderFailed."""
        found: Mapping[str, Any] = self._known or await self._metadata.get()
        return found

    async def keys(self, *, again: bool = False) -> list[Any]:
        """The JWK set's members, unread. again: one that was looked for is not among them, or does not fit."""
        found: list[Any] = await self._keys.get(newer_than=self._cool_down if again else None)
        return found

    async def _fetch_metadata(self) -> dict[str, Any]:
        url = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = members(await fetch(self._transport, url, what="metadata"), "metadata")
        said = found.get("issuer")
        if said != self._issuer and not (self._template and isinstance(said, str) and "{tenantid}" in said):
            raise ProviderFailed("metadata.issuer")  # OIDC Discovery §4.3
        for name in ENDPOINTS + tuple(each for each in OPTIONAL if each in found):
            self._check(found.get(name), name)
        return found

    async def _fetch_keys(self) -> list[Any]:
        metadata = await self.metadata()
        found = members(await fetch(self._transport, metadata["jwks_uri"], what="keys"), "keys")
        keys = found.get("keys")
        if not isinstance(keys, list):
            raise ProviderFailed("keys.no_list")
        return keys

    def _check(self, url: Any, name: str) -> None:
        """https, or http where the issuer itself is on this machine; on a host that belongs to the issuer."""
        if not isinstance(url, str) or not 0 < len(url) <= LONGEST_URL or not url.isprintable() or "#" in url:
            raise ProviderFailed(f"metadata.{name}")
        try:
            parts = urlsplit(url)
        except ValueError:
            raise ProviderFailed(f"metadata.{name}") from None
        ours = urlsplit(self._issuer)
        local = ours.scheme == "http" and ours.hostname in LOOPBACK
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise ProviderFailed(f"metadata.{name}")
        if parts.hostname not in self._hosts or "@" in parts.netloc or (local and parts.netloc != ours.netloc):
            raise ProviderFailed(f"metadata.{name}")

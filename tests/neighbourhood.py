"""What do tests of a domain with several applications share? Its settings, and an app with them."""

import ipaddress
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from entrance import Browser, Clock, running, settings_for
from genkan.settings import Settings
from starlette.applications import Starlette

BASE_URL: Final = "https://id.example.com"
WIKI: Final = "https://wiki.example.com"
APPS: Final = (WIKI, "https://files.example.com:8443")
SHARED: Final = "__Secure-jwt"
OWN: Final = "__Host-jwt"


def domain_settings(database_url: str, **changes: Any) -> Settings:
    plain = {
        "base_url": BASE_URL,
        "trusted_proxies": (ipaddress.ip_network("127.0.0.1"),),
        "cookie_domain": "example.com",
        "app_origins": APPS,
    }
    return settings_for(database_url, **plain | changes)


@pytest.fixture
async def domain(database_url: str, clock: Clock) -> AsyncIterator[Starlette]:
    """A site whose domain has applications."""
    async with running(domain_settings(database_url), clock=clock) as app:
        yield app


@pytest.fixture
async def hana(domain: Starlette) -> AsyncIterator[Browser]:
    async with Browser(domain) as browser:
        yield browser


@pytest.fixture
async def jiro(domain: Starlette) -> AsyncIterator[Browser]:
    async with Browser(domain) as browser:
        yield browser

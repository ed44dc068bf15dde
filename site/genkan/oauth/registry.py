"""Which providers are there? Adding one: its file, its line here, its icon, and its recorded profile for the test."""

from collections.abc import Mapping
from typing import Final

import httpx2

from genkan.oauth.client import Client
from genkan.oauth.provider import Provider
from genkan.oauth.providers import apple, discord, github, gitlab, google, line, microsoft, oidc, yahoojp
from genkan.settings import ProviderSettings, Settings

PROVIDERS: Final = {
    "google": google.provider,
    "github": github.provider,
    "microsoft": microsoft.provider,
    "apple": apple.provider,
    "line": line.provider,
    "yahoojp": yahoojp.provider,
    "discord": discord.provider,
    "gitlab": gitlab.provider,
}


def clients(settings: Settings, transport: httpx2.AsyncBaseTransport) -> Mapping[str, Client]:
    """A client for each configured provider, by name, in their order."""
    return {each.name: client(settings.base_url, each, transport) for each in settings.providers}


def client(base_url: str, settings: ProviderSettings, transport: httpx2.AsyncBaseTransport) -> Client:
    redirect_uri = f"{base_url}/oauth/{settings.name}/callback"
    return Client(provider_of(settings), settings, redirect_uri, transport)


def label_of(name: str) -> str:
    """What a provider is called that is not configured (any more)."""
    return PROVIDERS[name](ProviderSettings(name, "", "")).label if name in PROVIDERS else name.capitalize()


def provider_of(settings: ProviderSettings) -> Provider:
    return PROVIDERS.get(settings.name, oidc.provider)(settings)


def issuer_of(settings: ProviderSettings) -> str | None:
    """Who issues the ids of its people; None where each tenant is an issuer of its own."""
    provider = provider_of(settings)
    return None if provider.is_template else provider.issuer or provider.endpoints["issuer"]

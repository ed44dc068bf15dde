"""Can people come in through the providers? The callback to paste, what each publishes, and whether our clocks agree."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median
from typing import Final

import httpx2

from genkan.commands.checks.around import OFFLINE, Around
from genkan.commands.checks.finding import Finding, fault, ok, skipped, warning
from genkan.errors import ProviderDown, ProviderFailed
from genkan.oauth import Bounded, Dated, published
from genkan.settings import ProviderSettings

AGREES: Final = 10  # seconds that clocks may differ by
BREAKS: Final = 60  # seconds; tokens of the providers are refused from then on
DOCUMENTS: Final = {"metadata": "discovery document", "keys": "keys"}


async def findings(around: Around) -> list[Finding]:
    settings = around.settings
    if not settings.providers:
        return [ok("providers", "none is set up")]
    found = [_callback(settings.base_url, each) for each in settings.providers]
    if not around.online:
        return [*found, *(skipped(f"provider.{each.name}", OFFLINE) for each in settings.providers)]
    looked = await asyncio.gather(*(_looked_at(around, each) for each in settings.providers))
    dates = [date - around.now for _, date in looked if date is not None]
    return [*found, *(finding for finding, _ in looked), *(clock(median(dates)) if dates else [])]


def clock(ahead: float, name: str = "clock", whose: str = "the providers'") -> list[Finding]:
    """ahead: seconds that the other clock is before ours."""
    text = f"this machine's clock and {whose} differ by {abs(ahead):.0f} s"
    todo = "let the machine set its clock by NTP: timedatectl set-ntp true"
    if abs(ahead) < AGREES:
        return [ok(name, f"this machine's clock agrees with {whose}")]
    return [fault(name, text, todo) if abs(ahead) >= BREAKS else warning(name, text, todo)]


def _callback(base_url: str, provider: ProviderSettings) -> Finding:
    return ok(
        f"provider.{provider.name}.callback",
        f"paste into the provider's console: {base_url}/oauth/{provider.name}/callback",
    )


async def _looked_at(around: Around, provider: ProviderSettings) -> tuple[Finding, float | None]:
    """What was found, and what time the provider says that it is."""
    async with _transport(around) as dated:
        try:
            async with asyncio.timeout(around.patience):
                await published(provider, Bounded(dated))
        except (ProviderDown, TimeoutError) as error:
            reason = error.reason if isinstance(error, ProviderDown) else "time-out"
            return _unreachable(provider, reason), dated.date
        except ProviderFailed as error:
            return _wrong(provider, error.reason), dated.date
    return ok(f"provider.{provider.name}", "answers, and publishes what a login needs"), dated.date


@asynccontextmanager
async def _transport(around: Around) -> AsyncIterator[Dated]:
    async with httpx2.AsyncHTTPTransport(verify=around.tls, trust_env=False, retries=0) as inner:
        yield Dated(inner)


def _unreachable(provider: ProviderSettings, reason: str) -> Finding:
    return fault(
        f"provider.{provider.name}.reachable",
        f"does not answer this machine ({reason})",
        f"look whether this machine may reach it by https, and whether its name is right{_where(provider)}",
    )


def _wrong(provider: ProviderSettings, reason: str) -> Finding:
    what, _, why = reason.partition(".")
    if reason == "metadata.issuer":
        return fault(
            f"provider.{provider.name}.issuer",
            "its discovery document names another issuer",
            f"write the issuer letter by letter as it stands there, with or without a slash at the end{_where(provider)}",
        )
    return fault(
        f"provider.{provider.name}.{what if what in DOCUMENTS else 'answer'}",
        f"its {DOCUMENTS.get(what, 'answer')} cannot be used ({why})",
        f"look whether the address is right{_where(provider)}; if it is, tell whoever runs the provider",
    )


def _where(provider: ProviderSettings) -> str:
    return f": OIDC_{provider.name.upper()}_ISSUER" if provider.issuer else ""

"""Do people reach this site at BASE_URL? Asked over the network, as a browser would: answer, certificate, whose site it is, http."""

import asyncio
import json
from typing import Final
from urllib.parse import urlsplit

from genkan.commands.checks.around import OFFLINE, Around
from genkan.commands.checks.asking import Answer, NoAnswer, get
from genkan.commands.checks.finding import Finding, fault, ok, skipped, warning
from genkan.keys import Keys

ENDS_SOON: Final = 14  # days
REDIRECTS: Final = (301, 302, 303, 307, 308)
NO_SITE: Final = (
    "start the server, let the reverse proxy lead to HOST and PORT with the Host header as it came, or correct BASE_URL"
)


async def findings(around: Around) -> list[Finding]:
    if not around.settings.is_production:
        return []
    if not around.online:
        return [skipped("site.reachable", OFFLINE)]
    site, http = await asyncio.gather(_site(around), _http(around))
    return [*site, *http]


async def _site(around: Around) -> list[Finding]:
    base_url = around.settings.base_url
    try:
        async with asyncio.timeout(around.patience):
            answer = await get(around, f"{base_url}/.well-known/jwks.json")
    except NoAnswer as error:
        return [_not_reached(base_url, error)]
    except TimeoutError:
        return [_not_reached(base_url, NoAnswer("no answer in time"))]
    return [_whose(around, answer), *_certificate(answer, around.now)]


def _not_reached(base_url: str, error: NoAnswer) -> Finding:
    if error.is_untrusted:
        todo = "renew it, or put its whole chain into the reverse proxy"
        return fault("site.certificate", f"browsers do not trust the certificate of {base_url}: {error.why}", todo)
    return fault("site.reachable", f"{base_url} does not answer this machine ({error.why})", NO_SITE)


def _whose(around: Around, answer: Answer) -> Finding:
    base_url, settings = around.settings.base_url, around.settings
    try:
        kids = {key["kid"] for key in json.loads(answer.content)["keys"]} if answer.status == 200 else None
    except (ValueError, KeyError, TypeError):
        kids = None
    if kids is None:
        return fault("site.reachable", f"what answers at {base_url} is not this site (status {answer.status})", NO_SITE)
    if not kids.intersection(Keys.derive(settings.secret_key).kids):
        todo = "start the server again with these settings, or look which other server BASE_URL leads to"
        return fault("site.same", f"the site at {base_url} has another SECRET_KEY", todo)
    return ok("site.reachable", f"{base_url} leads to this site")


def _certificate(answer: Answer, now: float) -> list[Finding]:
    if answer.certificate_ends is None:
        return []
    days = int((answer.certificate_ends - now) // 86_400)
    if days < ENDS_SOON:
        todo = "renew it, and see to it that this happens by itself"
        return [warning("site.certificate", f"the certificate ends in {days} days", todo)]
    return [ok("site.certificate", f"the certificate is trusted for another {days} days")]


async def _http(around: Around) -> list[Finding]:
    """Whether who types the bare name is led to https. A site on another port has no http beside it."""
    parts = urlsplit(around.settings.base_url)
    if parts.scheme != "https" or parts.port is not None:
        return []
    return [await _led(around, f"http://{parts.netloc}/login")]


async def _led(around: Around, url: str) -> Finding:
    try:
        async with asyncio.timeout(around.patience):
            answer = await get(around, url)
    except (NoAnswer, TimeoutError):
        return ok("site.http", f"nothing answers at {url}; whoever types the name without https gets nowhere")
    if answer.status in REDIRECTS and answer.location.startswith(around.settings.base_url):
        return ok("site.http", "http leads to https")
    todo = f"let the reverse proxy answer every request by http with a redirect to {around.settings.base_url}"
    return warning("site.http", f"{url} is answered in the open (status {answer.status})", todo)

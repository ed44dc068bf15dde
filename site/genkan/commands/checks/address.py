"""Is BASE_URL what it should be, as far as that can be told without asking it? Its name, the cookie's domain, the proxy."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from genkan.commands.checks.around import Around
from genkan.commands.checks.clients import TELL
from genkan.commands.checks.finding import Finding, fault, ok, warning
from genkan.settings import Settings

EXAMPLE: Final = re.compile(r"(.+\.)?(example\.(com|org|net)|example|test|invalid|localhost)")  # RFC 2606, RFC 6761


async def findings(around: Around) -> list[Finding]:
    settings = around.settings
    if not settings.is_production:
        return [ok("site.address", f"in development it is {settings.base_url}, for this machine only")]
    return [name(settings), *cookie_domain(settings), proxy(settings)]


def name(settings: Settings) -> Finding:
    host = urlsplit(settings.base_url).hostname or ""
    if EXAMPLE.fullmatch(host):
        return fault("site.address", f"{settings.base_url} is an example's", "set BASE_URL to the address people open")
    if _is_address(host):
        todo = "give the site a name: browsers keep passwords by it, and many providers take no address"
        return warning("site.address", f"{settings.base_url} is a number, not a name", todo)
    return ok("site.address", f"links, cookies and callbacks are of {settings.base_url}")


def cookie_domain(settings: Settings) -> list[Finding]:
    domain, host = (settings.cookie_domain or "").lstrip("."), urlsplit(settings.base_url).hostname or ""
    if not domain:
        return []
    if host != domain and not host.endswith(f".{domain}"):
        todo = f"set COOKIE_DOMAIN to a domain that {host} is in, or take it out"
        return [fault("site.cookie_domain", f"browsers take no cookie for {domain} from {host}", todo)]
    return [ok("site.cookie_domain", f"every host of {domain} learns who is signed in")]


def proxy(settings: Settings) -> Finding:
    if not settings.trusted_proxies:
        return warning("site.proxy", "no reverse proxy is named: all people behind it count as one client", TELL)
    return ok("site.proxy", f"X-Forwarded-For is believed from {', '.join(map(str, settings.trusted_proxies))}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

"""Which other hosts learn who is signed in here? A domain above BASE_URL's host, and the applications in it that people come from."""

import re
from urllib.parse import SplitResult, urlsplit

from publicsuffixlist import PublicSuffixList

from genkan.settings.addresses import DEFAULT_PORTS
from genkan.settings.reader import Reader

# Names as DNS has them; the last one is no number, so that it is no address of a machine.
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?![0-9]+$)[a-z0-9-]{1,62}[a-z0-9]")
MOST_ORIGINS = 50


def cookie_domain(reader: Reader, base_url: str) -> str | None:
    """COOKIE_DOMAIN: what browsers send to every host of it, so it must be one that its team has for itself."""
    value = reader.text("COOKIE_DOMAIN", "", longest=253).lower()
    if not value:
        return None
    parts = _split(base_url)
    if not DOMAIN.fullmatch(value):
        reader.fault("COOKIE_DOMAIN", "must be a domain and nothing else, like example.com")
    elif not is_within(parts.hostname if parts else None, value):
        reader.fault("COOKIE_DOMAIN", "must be the domain that BASE_URL is in: example.com for https://id.example.com")
    elif parts is None or parts.scheme != "https":
        reader.fault("COOKIE_DOMAIN", "needs a BASE_URL that begins with https://")
    elif PublicSuffixList().is_public(value):
        reader.fault("COOKIE_DOMAIN", "must be a domain of your own; under this one anybody can have a host")
    return value


def app_origins(reader: Reader, base_url: str, domain: str | None) -> tuple[str, ...]:
    """APP_ORIGINS: where people may be led back to after they have logged in, each an origin and not a pattern."""
    value = reader.text("APP_ORIGINS", "", longest=10_000)
    given = [each.strip().lower() for each in value.split(",") if each.strip()]
    if given and domain is None:
        reader.fault("APP_ORIGINS", "needs COOKIE_DOMAIN: without it no other host learns who is signed in")
    elif len(given) > MOST_ORIGINS:
        reader.fault("APP_ORIGINS", f"must be at most {MOST_ORIGINS} addresses")
    elif not all(_is_app(each, base_url, domain or "") for each in given):
        reader.fault(
            "APP_ORIGINS",
            f"must be addresses of other hosts under {domain}, like https://wiki.{domain}, with no path and no *",
        )
    return tuple(map(_origin, given))


def is_within(host: str | None, domain: str) -> bool:
    """Whether a cookie of the domain reaches the host (RFC 6265 §5.1.3)."""
    return host is not None and f".{host}".endswith(f".{domain}")


def _is_app(value: str, base_url: str, domain: str) -> bool:
    origin = _origin(value)
    parts = _split(origin)
    if parts is None or parts.hostname is None or not DOMAIN.fullmatch(parts.hostname):
        return False
    is_exact = origin in (f"https://{parts.hostname}", f"https://{parts.hostname}:{parts.port}")
    return is_exact and origin != base_url and is_within(parts.hostname, domain)


def _origin(url: str) -> str:
    return url.removesuffix("/").removesuffix(DEFAULT_PORTS["https"])


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None

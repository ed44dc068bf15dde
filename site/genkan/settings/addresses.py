"""Where is this server? Each function reads one setting and says what is wrong with it."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from genkan.settings.reader import Reader
from genkan.settings.shape import Network

DEFAULT_PORTS = {"http": ":80", "https": ":443"}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE
)
WIDEST = {4: 8, 6: 7}  # the shortest prefix of a network of proxies: 10.0.0.0/8 and fc00::/7


def base_url(reader: Reader, host: str, port: int, *, production: bool) -> str:
    value = reader.text("BASE_URL", "" if production else f"http://{f'[{host}]' if ':' in host else host}:{port}")
    try:
        parts = urlsplit(value)
        usable = is_host(parts.hostname or "") and parts.scheme in DEFAULT_PORTS and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        reader.fault("BASE_URL", "must be the address people open, like https://id.example.com, with no path")
    elif production:
        _in_production(reader, parts)
    elif parts.hostname not in LOOPBACK:
        reader.fault(
            "BASE_URL",
            "must be on this machine in development, where anybody can be anybody and read every mail; "
            "set ENVIRONMENT=production for a site that people reach",
        )
    default = DEFAULT_PORTS[parts.scheme] if usable else ""
    return value.rstrip("/").lower().removesuffix(default)  # as browsers write an Origin


def _in_production(reader: Reader, parts: SplitResult) -> None:
    if parts.scheme != "https":
        reader.fault(
            "BASE_URL", "must begin with https:// in production, or the session cookie would travel in the open"
        )
    elif is_this_machine(parts.hostname or ""):
        reader.fault(
            "BASE_URL", "must be a name that people reach: every link in a mail would lead to their own machine"
        )


def host(reader: Reader, *, production: bool) -> str:
    value = reader.text("HOST", "127.0.0.1")
    if not is_host(value):
        reader.fault("HOST", "must be an address of this machine, like 127.0.0.1, or 0.0.0.0 for all of them")
    elif not production and value not in LOOPBACK:
        reader.fault("HOST", "development serves this machine only; leave it 127.0.0.1, or set ENVIRONMENT=production")
    elif not is_this_machine(value, anywhere=False) and not reader.raw("TRUSTED_PROXIES"):
        reader.fault(
            "TRUSTED_PROXIES",
            f"must name the reverse proxy that stands in front of {value}, like 10.0.0.5, "
            "or everybody counts as one client; if it is on this machine, leave HOST as it is",
        )
    return value


def networks(reader: Reader) -> tuple[Network, ...]:
    networks = []
    for each in filter(None, (part.strip() for part in reader.text("TRUSTED_PROXIES", "").split(","))):
        try:
            network = ipaddress.ip_network(each)
        except ValueError:
            reader.fault("TRUSTED_PROXIES", "must be addresses or networks of proxies, like 10.0.0.5, 10.1.0.0/16")
            continue
        if network.prefixlen < WIDEST[network.version]:
            reader.fault(
                "TRUSTED_PROXIES", f"must not be every address there is, as {each} nearly is: name the proxies"
            )
        networks.append(network)
    return tuple(networks)


def is_host(text: str) -> bool:
    """Whether it is a name in ASCII, or an IP address."""
    return NAME.fullmatch(text) is not None or address_of(text) is not None


def is_this_machine(host: str, *, anywhere: bool = True) -> bool:
    """Whether whoever asks for it finds themselves. anywhere: 0.0.0.0 and :: are such, as addresses to be asked at."""
    address = address_of(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or (anywhere and address.is_unspecified)


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None

"""Who asks, as far as the connection and the browser tell? The client's address, and what a browser keeps of old visits."""

import ipaddress
from functools import lru_cache
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from genkan.accounts import throttle
from genkan.accounts.digests import random_id
from genkan.accounts.services import Visitor
from genkan.accounts.throttle import KNOWN_LASTS
from genkan.settings import Network
from genkan.web import cookies, devices, language, session

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

KNOWN: Final = "known"  # the cookie
NOWHERE: Final = "none"  # the network of a client without an address
MOST_KNOWN: Final = 5  # accounts that one browser is known to
MOST_HOPS: Final = 20  # of X-Forwarded-For
REMEMBERED: Final = 1024  # addresses that need not be read again


def of(request: Request) -> Visitor:
    browser, known = _known(request)
    return Visitor(
        address=network(client_address(request)),
        browser=browser,
        known=frozenset(known),
        session_id=session.held_id(request),
        device=devices.named(request.headers.get("user-agent", "")),
        language=language.of(request),
    )


def remember(request: Request, response: Response, user_id: str) -> None:
    """Let the browser know this account again: it keeps its own lane when strangers guess (throttle.py)."""
    browser, known = _known(request)
    browser = browser or random_id()
    marks = throttle.acquaintance(request.app.state.services, browser, user_id, now=request.app.state.now())
    kept = [marks[0], *(each for each in known if each not in marks)][:MOST_KNOWN]
    cookies.put(request, response, KNOWN, request.app.state.known_seal.close([browser, *kept]), seconds=KNOWN_LASTS)


def client_address(request: HTTPConnection) -> Address | None:
    """The address of the client: of the peer, or where the peer is a named proxy, the last hop that is not one.

    None where the connection has none (a Unix socket). Whatever a client writes into the header itself stands to the
    left of what the named proxies add, and is not looked at.
    """
    trusted = request.app.state.settings.trusted_proxies
    found = _address(request.client.host) if request.client else None
    if found is None or not _is_in(found, trusted):
        return found
    lines = [value for key, value in request.scope["headers"] if key == b"x-forwarded-for"]
    hops = b",".join(lines).decode("latin-1").split(",")[-MOST_HOPS:] if lines else []
    for hop in reversed(hops):
        address = _address(hop.strip())
        if address is None:
            return found
        found = address
        if not _is_in(address, trusted):
            return found
    return found


def is_of_a_proxy(request: HTTPConnection) -> bool:
    """Whether the peer is a proxy that is named: nobody else's X-Forwarded headers are looked at."""
    peer = _address(request.client.host) if request.client else None
    return peer is not None and _is_in(peer, request.app.state.settings.trusted_proxies)


def client_text(request: HTTPConnection) -> str:
    """The same as text, for the log."""
    if request.client and not request.app.state.settings.trusted_proxies:
        return _text(request.client.host)
    return str(client_address(request))


def network(address: Address | None) -> str:
    """What is counted as one client: IPv4 whole, IPv6 by /64."""
    if address is None:
        return NOWHERE
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


@lru_cache(REMEMBERED)
def _text(peer: str) -> str:
    return str(_address(peer))


@lru_cache(REMEMBERED)
def _address(text: str) -> Address | None:
    """An address as proxies write it: bare, with a port, or in brackets; IPv4 written as IPv6 becomes IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _is_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in each for each in networks)


def _known(request: HTTPConnection) -> tuple[str, list[str]]:
    """The browser's own value and the accounts it is known to."""
    found: Any = request.app.state.known_seal.open(cookies.read(request, KNOWN), seconds=KNOWN_LASTS)
    return (found[0], found[1:]) if found else ("", [])

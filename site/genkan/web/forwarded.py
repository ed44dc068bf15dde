"""Which page does a browser want of an application, as the proxy in front of it says? Believed of nobody but TRUSTED_PROXIES."""

import re
from typing import Final

from starlette.requests import HTTPConnection

from genkan.web import visitor

METHODS: Final = ("GET", "HEAD")  # of pages that one can come back to
HOST: Final = re.compile(r"[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")
DEFAULT_PORTS: Final = {"https": ":443", "http": ":80"}


def wanted(request: HTTPConnection) -> tuple[str, str] | None:
    """Origin, and path with query. None where no trusted proxy says so, says it twice or in part, or wants no page."""
    if not visitor.is_of_a_proxy(request) or request.headers.get("sec-fetch-mode", "navigate") != "navigate":
        return None
    method, scheme, host, uri = (_said(request, name) for name in ("method", "proto", "host", "uri"))
    if method not in METHODS or scheme not in DEFAULT_PORTS or not HOST.fullmatch(host.lower()):
        return None
    return f"{scheme}://{host.lower().removesuffix(DEFAULT_PORTS[scheme])}", uri


def _said(request: HTTPConnection, name: str) -> str:
    """X-Forwarded-{name}; "" where there is none or more than one: then nobody knows which is the proxy's."""
    values = request.headers.getlist(f"x-forwarded-{name}")
    return values[0] if len(values) == 1 else ""

"""What do tests of the web tools share? Requests made by hand, with just the state that the tools look at."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from genkan.accounts.tokens import Tokens
from genkan.keys import Keys
from genkan.settings import Settings
from genkan.web import locales
from genkan.web.language import OURS
from genkan.web.sealed import Seal
from starlette.requests import Request

KEYS = Keys.derive(b"0123456789abcdef0123456789abcdef")
NOW = 1_790_000_000
LANGUAGES = locales.found([OURS], with_pseudo=True)


def settings(**changes: Any) -> Settings:
    plain = Settings(
        environment="development", base_url="http://127.0.0.1:8000", secret_key=b"s" * 32, database_url="sqlite:///x"
    )
    return replace(plain, **changes)


def request(
    *headers: tuple[str, str],
    method: str = "GET",
    path: str = "/",
    query: str = "",
    peer: str | None = "127.0.0.1",
    set_up: Settings | None = None,
) -> Request:
    """A request with these headers, in this order, as they would come from the wire."""
    set_up = set_up or settings()
    services = SimpleNamespace(
        tokens=Tokens(KEYS, set_up.base_url), digest_keys=KEYS.digesting, digest_key=lambda now: KEYS.digesting[0]
    )
    state = SimpleNamespace(
        settings=set_up,
        services=services,
        now=lambda: NOW,
        known_seal=Seal(KEYS.sealing, "known browser"),
        notice_seal=Seal(KEYS.sealing, "notice"),
        renderer=SimpleNamespace(languages=LANGUAGES),
    )
    return Request(
        {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
            "client": (peer, 1234) if peer else None,
            "app": SimpleNamespace(state=state),
        }
    )

"""What do the entrance pages have in common? Ways through providers, and the welcome of whoever is in."""

from typing import NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts.guide import Guide
from genkan.accounts.session import Arrival
from genkan.errors import LinkExpired
from genkan.web import cookies, session, show, visitor
from genkan.web.redirects import HOME, next_for, see_other

LAST = "last"  # the cookie that holds the name of the way used last, and nothing else
LAST_LASTS = 180 * 86_400  # seconds


class Way(NamedTuple):
    """A way in through a provider, as components/provider.html shows it."""

    name: str
    label: str
    url: str


def entrance(request: Request, *, intent: str, next: str) -> dict[str, object]:
    """What login.html and signup.html show besides their forms."""
    kept = next_for(request, next)
    carried = "" if kept == HOME else f"&next={quote(kept, safe='/')}"
    return {
        "next": None if kept == HOME else kept,
        "providers": tuple(
            Way(name, client.label, f"/oauth/{name}?intent={intent}{carried}")
            for name, client in request.app.state.clients.items()
        ),
        "last_used": last_used(request),
        "login_url": _with_next("/login", kept),
        "signup_url": _with_next("/signup", kept),
    }


def ways(request: Request, guide: Guide, next: str = HOME) -> tuple[Way, ...]:
    """The ways of one account through providers that are still here."""
    clients = request.app.state.clients
    carried = "" if next == HOME else f"&next={quote(next, safe='/')}"
    return tuple(
        Way(name, clients[name].label, f"/oauth/{name}?intent=login{carried}")
        for name in guide.providers
        if name in clients
    )


def expired(request: Request, error: LinkExpired, again_url: str) -> Response:
    """410 for a mailed link that is no good (any more), and where to ask for a new one."""
    log.event("link refused", level="warning")
    return show.page(request, "link_expired", {"message": error.message, "again_url": again_url}, status=error.status)


def welcome(request: Request, arrival: Arrival, path: str) -> Response:
    """The session cookie, and a redirect: however a person proved who they are, what follows is this."""
    log.event("login", method=arrival.method, user=arrival.user_id, address=visitor.of(request).address)
    response = session.start(request, see_other(request, path), arrival)
    visitor.remember(request, response, arrival.user_id)
    cookies.put(request, response, LAST, arrival.method, seconds=LAST_LASTS)
    return response


def last_used(request: Request) -> str | None:
    """The provider that this browser used last; None for a password, or a provider that is not here (any more)."""
    name = cookies.read(request, LAST)
    return name if name in request.app.state.clients else None


def _with_next(path: str, kept: str) -> str:
    return path if kept == HOME else f"{path}?next={quote(kept, safe='/')}"

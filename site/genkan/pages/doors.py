"""What do the entrance pages have in common? Ways through providers, and the welcome of whoever is in."""

from typing import NamedTuple
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import admission
from genkan.accounts.guide import Guide
from genkan.accounts.session import Arrival, Unproven
from genkan.errors import LinkExpired, Message, NotAdmitted
from genkan.web import cookies, links, session, show, visitor
from genkan.web.redirects import HOME, next_for, see_other

INVITATION = "invitation"  # the cookie that stands for the link of an invitation
INVITATION_LASTS = 3600  # seconds: what a form may take
THRESHOLD = "threshold"  # the cookie: sealed, who has shown who they are, and waits for their address to answer
THRESHOLD_LASTS = 3600  # seconds
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
        "signup_url": _with_next("/signup", kept) if takes_strangers(request) else None,
    }


def takes_strangers(request: Request) -> bool:
    """Whether whoever comes may create an account: where not, nothing leads them to the form."""
    return bool(request.app.state.services.rules.signup == "open")


async def closed(request: Request) -> Message | None:
    """Why whoever asks cannot create an account; None where they can."""
    services, link = request.app.state.services, links.held(request, INVITATION)
    try:
        await admission.check_new(services, link, now=request.app.state.now())
    except NotAdmitted as error:
        return error.message
    return None


def ways(request: Request, guide: Guide, next: str = HOME) -> tuple[Way, ...]:
    """The ways of one account through providers that are still here."""
    clients = request.app.state.clients
    carried = "" if next == HOME else f"&next={quote(next, safe='/')}"
    return tuple(
        Way(name, clients[name].label, f"/oauth/{name}?intent=login{carried}")
        for name in guide.providers
        if name in clients
    )


def expired(request: Request, error: LinkExpired, again_url: str | None) -> Response:
    """410 for a mailed link that is no good (any more), and where to ask for a new one, if there is such a place."""
    log.event("link refused", level="warning")
    return show.page(request, "link_expired", {"message": error.message, "again_url": again_url}, status=error.status)


def welcome(request: Request, arrival: Arrival | Unproven, path: str) -> Response:
    """The session cookie, and a redirect: however a person proved who they are, what follows is this.

    Whose address has to answer first has no session yet, and goes where its code is typed.
    """
    response = _waiting(request, arrival, path) if isinstance(arrival, Unproven) else _inside(request, arrival, path)
    if links.held(request, INVITATION):
        cookies.drop(request, response, INVITATION)
    return response


def _waiting(request: Request, found: Unproven, path: str) -> Response:
    log.event("address has to answer", method=found.method, user=found.user_id)
    sealed = request.app.state.threshold_seal.close([found.user_id, found.method, found.keep, path])
    response = see_other(request, "/threshold")
    cookies.put(request, response, THRESHOLD, sealed, seconds=THRESHOLD_LASTS)
    return response


def _inside(request: Request, arrival: Arrival, path: str) -> Response:
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

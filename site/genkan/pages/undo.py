"""/undo: "this wasn't me". What does a mailed link take back? It is shown first; only the button does it."""

from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan import log
from genkan.accounts import addresses, undo
from genkan.accounts.undo import Undoing
from genkan.errors import LinkExpired, NotFound
from genkan.pages import reset_new
from genkan.web import cookies, forms, links, notices, session, show, visitor
from genkan.web.redirects import see_other
from genkan.web.routes import form_route

COOKIE: Final = "undo"  # holds the link's token, once it has left the address
SAME: Final = {"password_set": "password_changed", "recovered": "password_changed"}  # kinds that are said alike


async def open_link(request: Request) -> Response:
    """The token leaves the address at once; nothing is looked at, nothing is used up."""
    _needs_mail(request)
    return links.moved(request, COOKIE, "/undo")


async def show_question(request: Request) -> Response:
    _needs_mail(request)
    await session.person(request)
    try:
        undoings = await undo.would(
            request.app.state.services, links.held(request, COOKIE), now=request.app.state.now()
        )
    except LinkExpired as error:
        return _expired(request, error)
    return show.page(request, "undo", {"undoings": [_shown(request, each) for each in _in_the_end(undoings)]})


async def submit(request: Request) -> Response:
    _needs_mail(request)
    await forms.read(request, ())
    services, now = request.app.state.services, request.app.state.now()
    try:
        reset = await undo.take_back(services, visitor.of(request), links.held(request, COOKIE), now=now)
    except LinkExpired as error:
        return _expired(request, error)
    log.event("undone", level="warning")
    response = notices.leave(request, see_other(request, "/reset/new"), "undone")
    cookies.drop(request, response, COOKIE)
    return links.keep(request, response, reset_new.LINK, reset)


def _in_the_end(undoings: Iterable[Undoing]) -> Iterable[Undoing]:
    """What was changed twice is said once, with what it was before the first time."""
    return {(SAME.get(each.kind, each.kind), each.before.get("provider")): each for each in undoings}.values()


def _shown(request: Request, undoing: Undoing) -> dict[str, object]:
    """As undo.html says it: kind, and what it is again. An address is masked: a later link may be in other hands."""
    before = undoing.before
    email = before.get("email")
    provider = str(before.get("provider", ""))
    client = request.app.state.clients.get(provider)
    return {
        "kind": undoing.kind,
        "name": before.get("name"),
        "username": before.get("username"),
        "email": addresses.masked(email) if email else None,
        "provider": client.label if client else provider.capitalize(),
    }


def _expired(request: Request, error: LinkExpired) -> Response:
    log.event("link refused", level="warning")
    response = show.page(request, "undo", {"undoings": None}, status=error.status)
    cookies.drop(request, response, COOKIE)
    return response


def _needs_mail(request: Request) -> None:
    """Where mails have nowhere to go there are no links either."""
    if not request.app.state.services.can_mail:
        raise NotFound


routes = [Route("/undo/{link}", open_link, methods=["GET"]), form_route("/undo", show_question, submit)]

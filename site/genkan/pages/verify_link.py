"""/verify/{link}: how does a mailed link prove an address? In any browser, by a button: opening it changes nothing."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.accounts import addresses, verify
from genkan.accounts.verify import Opened
from genkan.errors import LinkExpired
from genkan.pages import doors, threshold
from genkan.pages.verify import proven
from genkan.web import cookies, forms, links, session, show, visitor
from genkan.web.routes import form_route

LINK = "verify_link"  # the cookie


async def leave_address(request: Request) -> Response:
    return links.moved(request, LINK, "/verify/link")


async def show_question(request: Request) -> Response:
    await session.person(request)
    try:
        found = await _opened(request)
    except LinkExpired as error:
        return doors.expired(request, error, "/verify")
    return _question(request, found)


async def submit(request: Request) -> Response:
    """Where nobody is let in before, it counts only in the browser whose person has shown that the account is theirs."""
    await forms.read(request, ())
    person = await session.person(request)
    try:
        found = await _opened(request)
        if not _is_here(request, found):
            return _question(request, found, status=403)
        proof = await verify.by_link(
            request.app.state.services,
            visitor.of(request),
            links.held(request, LINK),
            now=request.app.state.now(),
        )
    except LinkExpired as error:
        return doors.expired(request, error, "/verify")
    held = threshold.held(request)
    if held is not None and proof.elsewhere is None and found.is_waiting:
        response = await threshold.let_in(request, held)
    else:
        response = proven(request, person, proof)
    cookies.drop(request, response, LINK)
    return response


def _question(request: Request, found: Opened, *, status: int | None = None) -> Response:
    shown = {
        "address": addresses.masked(found.address),
        "username": found.username,
        "is_here": _is_here(request, found),
    }
    return show.page(request, "verify_link", shown, status=status)


def _is_here(request: Request, found: Opened) -> bool:
    held = threshold.held(request)
    return not found.is_waiting or (held is not None and held.found.user_id == found.user_id)


async def _opened(request: Request) -> Opened:
    """Raises LinkExpired."""
    return await verify.opened(request.app.state.services, links.held(request, LINK), now=request.app.state.now())


routes = [form_route("/verify/link", show_question, submit), Route("/verify/{link}", leave_address, methods=["GET"])]

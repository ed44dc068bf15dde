"""/verify/{link}: how does a mailed link prove an address? In any browser, by a button: opening it changes nothing."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.accounts import addresses, verify
from genkan.errors import LinkExpired
from genkan.pages import doors
from genkan.pages.verify import proven
from genkan.web import cookies, forms, links, session, show, visitor
from genkan.web.routes import form_route

LINK = "verify_link"  # the cookie


async def leave_address(request: Request) -> Response:
    return links.moved(request, LINK, "/verify/link")


async def show_question(request: Request) -> Response:
    await session.person(request)
    try:
        found = await verify.opened(request.app.state.services, links.held(request, LINK), now=request.app.state.now())
    except LinkExpired as error:
        return doors.expired(request, error, "/verify")
    return show.page(request, "verify_link", {"address": addresses.masked(found.address), "username": found.username})


async def submit(request: Request) -> Response:
    await forms.read(request, ())
    person = await session.person(request)
    try:
        proof = await verify.by_link(
            request.app.state.services,
            visitor.of(request),
            links.held(request, LINK),
            now=request.app.state.now(),
        )
    except LinkExpired as error:
        return doors.expired(request, error, "/verify")
    response = proven(request, person, proof)
    cookies.drop(request, response, LINK)
    return response


routes = [form_route("/verify/link", show_question, submit), Route("/verify/{link}", leave_address, methods=["GET"])]

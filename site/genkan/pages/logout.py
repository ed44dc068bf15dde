"""/logout: how does a person leave? GET asks, POST does."""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.web import forms, notices, session, show, visitor
from genkan.web.redirects import see_other
from genkan.web.routes import form_route


async def show_question(request: Request) -> Response:
    """The question; to somebody who is not signed in, that they are logged out."""
    if await session.person(request) is None:
        return show.page(request, "signed_out")
    return show.page(request, "logout")


async def submit(request: Request) -> Response:
    """The session ends in the database, in every process; what the browser cached of it goes too."""
    await forms.read(request, ())
    response = see_other(request, "/logout")
    method = await session.end(request, response, visitor.of(request))
    log.event("logout", method=method)
    client = request.app.state.clients.get(method)
    if client is not None:
        notices.leave(request, response, "still at provider", provider=client.label)
    return response


routes = [form_route("/logout", show_question, submit)]

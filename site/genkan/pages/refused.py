"""/refused: what does somebody see who may not come in? Why, what they can do, and whom to ask."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan import log
from genkan.errors import AddressNotAllowed, Message, NotAdmitted, NotOfOrganisation
from genkan.web import notices, session, show
from genkan.web.redirects import see_other

AT_LOGIN = (AddressNotAllowed, NotOfOrganisation)  # the others are about a new account


def answer(request: Request, error: NotAdmitted) -> Response:
    """In the place of the page that was asked for."""
    log.event("not admitted", level="warning", reason=type(error).__name__)
    return show.page(request, "refused", _context(error.message), status=error.status)


def leave(request: Request, error: NotAdmitted, label: str) -> Response:
    """To /refused, from an address that nobody should stay at. label: the provider's."""
    log.event("not admitted", level="warning", reason=type(error).__name__)
    values = {name: str(value) for name, value in error.values.items()} | {"provider": label}
    return notices.leave(request, see_other(request, "/refused"), error, **values)


async def show_reason(request: Request) -> Response:
    """What was left to be said; nothing was: to /login."""
    await session.person(request)
    notice = notices.read(request)
    return show.page(request, "refused", _context(notice.message)) if notice else see_other(request, "/login")


def _context(message: Message) -> dict[str, object]:
    return {"message": message, "is_signup": message.text not in {each.text for each in AT_LOGIN}}


routes = [Route("/refused", show_reason, methods=["GET"])]

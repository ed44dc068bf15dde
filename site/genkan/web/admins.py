"""Who may look after everybody's accounts? Admins; for everybody else there is nothing at these addresses."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from genkan import log
from genkan.accounts.acts import Actor
from genkan.errors import NotFound
from genkan.web import session, visitor
from genkan.web.session import Person


class AdminRoute(Route):
    """A page for admins alone: whoever is none gets the answer of an address that is not there, by whatever method they ask.

    The database says who is one, with the session, at every request; nothing that a browser sends does.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = await session.person(Request(scope))
        if found is None or not found.is_admin:
            log.event("admin refused", level="warning", user=found.id if found else None)
            raise NotFound
        await super().handle(scope, receive, send)


def for_admins(page: Callable[[Request, Person], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """For the handler of an AdminRoute: it is told which admin asks."""

    @wraps(page)
    async def asked(request: Request) -> Response:
        found = await session.person(request)
        if found is None or not found.is_admin:
            raise NotFound
        return await page(request, found)

    return asked


def actor(request: Request, person: Person) -> Actor:
    """Who acts, as it is written down."""
    return Actor(id=person.id, address=visitor.of(request).address)

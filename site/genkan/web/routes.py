"""How are pages with a form routed? One route for showing and submitting, so that other methods are told of both."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Handler = Callable[[Request], Awaitable[Response]]


def form_route(path: str, show: Handler, submit: Handler, kind: type[Route] = Route) -> Route:
    """GET shows, POST submits; for anything else 405 with both in Allow. kind: of route."""

    async def either(request: Request) -> Response:
        return await (submit if request.method == "POST" else show)(request)

    return kind(path, either, methods=["GET", "POST"])

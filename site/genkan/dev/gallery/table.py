"""Which addresses does the gallery have? One table; whatever a designer has broken is told in a sentence."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.design.drawing import CannotDraw
from genkan.design.states import StatesFault
from genkan.dev.gallery import answer, ground, pages, parts, sheet, state
from genkan.web.routes import Handler


def telling(path: str, show: Handler) -> Route:
    """The same route, where a file that cannot be read is no failure of the server."""

    async def told(request: Request) -> Response:
        try:
            return await show(request)
        except (CannotDraw, StatesFault) as fault:
            return answer.fault(request, str(fault))

    return Route(path, told, methods=["GET"])


ALL: Final = (sheet.route, *parts.routes, *ground.routes, state.route, *pages.routes)
routes: Final = [telling(each.path, each.endpoint) for each in ALL]

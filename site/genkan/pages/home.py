"""/: where does a person begin?"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.web import session
from genkan.web.redirects import HOME, see_other


async def home(request: Request) -> Response:
    return see_other(request, HOME) if await session.person(request) else await session.at_the_door(request)


routes = [Route("/", home, methods=["GET"])]

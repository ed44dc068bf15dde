"""/account: who is signed in, and by which ways can they come in?"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.accounts import account
from genkan.accounts.account import Way
from genkan.web import session, show
from genkan.web.session import Person


@session.signed_in
async def show_account(request: Request, person: Person) -> Response:
    ways = await account.ways_in(request.app.state.services, person.id)
    return show.page(
        request,
        "account",
        {
            "username": next((way.username for way in ways if way.method == "password"), None),
            "ways": [_way(request, way, person) for way in ways],
        },
    )


def _way(request: Request, way: Way, person: Person) -> dict[str, object]:
    client = request.app.state.clients.get(way.method)
    return {
        "kind": way.method,
        "label": client.label if client else way.method.capitalize(),
        "username": way.username,
        "linked_at": way.created_at,
        "here": way.method == person.method,
    }


routes = [Route("/account", show_account, methods=["GET"])]

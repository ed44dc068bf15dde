"""/account: who is signed in, by which ways can they come in, and where is each of it changed?"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.accounts import account
from genkan.accounts.account import Way
from genkan.web import language, session, show
from genkan.web.session import Person


@session.signed_in
async def show_account(request: Request, person: Person) -> Response:
    ways = await account.ways_in(request.app.state.services, person.id)
    password = next((way for way in ways if way.method == "password"), None)
    return show.page(
        request,
        "account",
        {
            "username": password.username if password else None,
            "password": password if password and password.is_usable else None,
            "mail_language": language.offered(request).get(person.language or ""),
            "can_mail": request.app.state.services.can_mail,
            "ways": [_way(request, way, person) for way in ways if way.is_usable],
        },
    )


def _way(request: Request, way: Way, person: Person) -> dict[str, object]:
    client = request.app.state.clients.get(way.method)
    return {
        "kind": way.method,
        "label": client.label if client else way.method.capitalize(),
        "linked_at": way.created_at,
        "here": way.method == person.method,
    }


routes = [Route("/account", show_account, methods=["GET"])]

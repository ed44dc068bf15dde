"""/account/security: by which ways can a person come in, and what would be left without each of them?"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan import oauth
from genkan.accounts import ways
from genkan.accounts.ways import Way
from genkan.pages import oauth_inside
from genkan.web import session, show
from genkan.web.session import Person


@dataclass(frozen=True, slots=True)
class Row:
    """A way in, or a provider that could be one. others: the ways that would still work without it, by label.

    linked_at: None where it is not linked; used_at: None where it was not used yet; is_on: whether it works now.
    """

    kind: str
    label: str
    linked_at: int | None
    changed_at: int | None
    used_at: int | None
    here: bool
    is_on: bool
    others: tuple[str, ...]
    link_url: str


@session.signed_in
async def show_ways(request: Request, person: Person) -> Response:
    return show.page(request, "security", await context(request, person))


async def context(request: Request, person: Person) -> dict[str, object]:
    """What security.html shows."""
    found = await ways.of_user(request.app.state.services, person.id)
    linked = [way.method for way in found if way.method != "password"]
    names = dict.fromkeys([*request.app.state.clients, *linked])
    return {
        "password": _row(request, person, "password", found),
        "providers": [_row(request, person, name, found) for name in names],
    }


async def linked_row(request: Request, person: Person, name: str) -> Row | None:
    """The row of a provider that is linked; None for any other."""
    found = await ways.of_user(request.app.state.services, person.id)
    row = _row(request, person, name, found)
    return row if row.linked_at is not None and name != "password" else None


def label_of(request: Request, name: str) -> str:
    client = request.app.state.clients.get(name)
    return str(client.label) if client else oauth.label_of(name)


def _row(request: Request, person: Person, name: str, found: list[Way]) -> Row:
    clients = request.app.state.clients
    way = next((each for each in found if each.method == name), None)
    others = ways.usable([each for each in found if each.method != name], clients)
    return Row(
        kind=name,
        label=label_of(request, name),
        linked_at=way.created_at if way else None,
        changed_at=way.changed_at if way else None,
        used_at=way.used_at if way else None,
        here=person.method == name,
        is_on=way is not None and ways.is_usable(way, clients),
        others=tuple("" if each.method == "password" else label_of(request, each.method) for each in others),
        link_url=oauth_inside.url(request, person, "link", name) if name in clients else "",
    )


routes = [Route("/account/security", show_ways, methods=["GET"])]

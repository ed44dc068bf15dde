"""/admin/users/{id}: what does the team have to know of one account? Who it is, its ways in, where it is, what happened; no secret."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import directory, events, ways
from genkan.accounts.directory import Entry
from genkan.accounts.ways import Way
from genkan.errors import NotFound
from genkan.pages import activity, admin_acts, devices, security
from genkan.web import show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.session import Person

LATELY: Final = 10  # events, and acts


@for_admins
async def show_user(request: Request, person: Person) -> Response:
    services, now = request.app.state.services, request.app.state.now()
    user = await asked_for(request)
    happened, _ = await events.of_user(services, user.id, now=now)
    return show.page(
        request,
        "admin_user",
        {
            "user": user,
            "ways": [_way(request, each) for each in await ways.of_user(services, user.id)],
            "devices": await devices_of(request, user, person),
            "events": [activity.described(request, each) | {"at": each.happened_at} for each in happened[:LATELY]],
            "acts": (await admin_acts.listed(request, subject_id=user.id, most=LATELY))[0],
            "can_recover": can_recover(request, user),
            "is_self": user.id == person.id,
        },
    )


async def asked_for(request: Request) -> Entry:
    """The account in the address. Raises NotFound."""
    found = await directory.one(request.app.state.services, request.path_params["id"])
    if found is None:
        raise NotFound
    return found


async def devices_of(request: Request, user: Entry, person: Person) -> list[dict[str, object]]:
    now = request.app.state.now()
    found = await directory.devices_of(request.app.state.services, user.id, now=now)
    return [devices.described(request, each, person, now=now) for each in found]


def can_recover(request: Request, user: Entry) -> bool:
    """Whether there is a mailbox to which a way back can be sent."""
    can_mail: bool = request.app.state.services.can_mail
    return can_mail and user.email_proven_at is not None and user.disabled_at is None


def _way(request: Request, way: Way) -> dict[str, object]:
    """Its kind only: which account it is at a provider is not the team's to know."""
    return {
        "kind": way.method,
        "label": security.label_of(request, way.method),
        "linked_at": way.created_at,
        "used_at": way.used_at,
        "is_on": ways.is_usable(way, request.app.state.clients),
    }


routes = [AdminRoute("/admin/users/{id}", show_user, methods=["GET"])]

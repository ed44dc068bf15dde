"""/admin/invitations: who was invited, and is it still good? The newest first."""

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import invitations
from genkan.accounts.invitations import Invitation
from genkan.pages import admin_acts
from genkan.web import show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.session import Person


@for_admins
async def show_invitations(request: Request, person: Person) -> Response:
    signup = request.app.state.settings.signup
    return show.page(request, "admin_invitations", {"signup": signup, "invitations": await listed(request)})


async def listed(request: Request) -> list[dict[str, object]]:
    """All of them as templates show them."""
    services, now = request.app.state.services, request.app.state.now()
    found = await invitations.all(services, now=now)
    names = await admin_acts.names_of(request, (each.created_by for each in found))
    newest = sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)
    return [_row(each, names, now) for each in newest]


def _row(each: Invitation, names: dict[str, str | None], now: int) -> dict[str, object]:
    return {
        "id": each.id,
        "note": each.note,
        "email": each.email,
        "used": each.used,
        "most": each.most,
        "created_at": each.created_at,
        "expires_at": each.expires_at,
        "state": _state(each, now),
        "who": admin_acts.who(each.created_by, names),
    }


def _state(each: Invitation, now: int) -> str:
    if each.withdrawn_at is not None:
        return "withdrawn"
    if each.used >= each.most:
        return "used up"
    return "open" if each.expires_at > now else "expired"


routes = [AdminRoute("/admin/invitations", show_invitations, methods=["GET"])]

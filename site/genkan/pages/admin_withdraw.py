"""/admin/invitations/{id}/withdraw: is an invitation to count no more? GET asks, POST does."""

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import invitations
from genkan.errors import NotFound
from genkan.pages import admin_invitations
from genkan.web import admins, forms, notices, show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person


@for_admins
async def show_question(request: Request, person: Person) -> Response:
    found = await admin_invitations.listed(request)
    asked = next((each for each in found if each["id"] == request.path_params["id"]), None)
    if asked is None or asked["state"] != "open":
        raise NotFound
    return show.page(request, "admin_withdraw", {"invitation": asked})


@for_admins
async def submit(request: Request, person: Person) -> Response:
    await forms.read(request, ())
    services, id = request.app.state.services, request.path_params["id"]
    await invitations.withdraw(services, admins.actor(request, person), id, now=request.app.state.now())
    return notices.leave(request, see_other(request, "/admin/invitations"), "invitation withdrawn")


routes = [form_route("/admin/invitations/{id}/withdraw", show_question, submit, kind=AdminRoute)]

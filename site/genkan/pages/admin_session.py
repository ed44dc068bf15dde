"""/admin/users/{id}/sessions/{session_id}/end: is one device of an account to be logged out by the team? GET asks, POST does."""

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import administration
from genkan.errors import NotFound
from genkan.pages import admin_user
from genkan.web import admins, forms, notices, show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person


@for_admins
async def show_question(request: Request, person: Person) -> Response:
    user = await admin_user.asked_for(request)
    found = await admin_user.devices_of(request, user, person)
    device = next((each for each in found if each["id"] == request.path_params["session_id"]), None)
    if device is None:
        raise NotFound
    return show.page(request, "admin_session", {"user": user, "device": device})


@for_admins
async def submit(request: Request, person: Person) -> Response:
    """Somebody else's session, one that is over and one that never was are not found, all by the same statement."""
    await forms.read(request, ())
    user, session_id = await admin_user.asked_for(request), request.path_params["session_id"]
    services, now = request.app.state.services, request.app.state.now()
    actor = admins.actor(request, person)
    if not await administration.end_sessions(services, actor, user.id, session_id=session_id, now=now):
        raise NotFound
    if session_id == person.session_id:
        return see_other(request, "/")  # it was the admin's own
    return notices.leave(request, see_other(request, f"/admin/users/{user.id}"), "session ended")


routes = [form_route("/admin/users/{id}/sessions/{session_id}/end", show_question, submit, kind=AdminRoute)]

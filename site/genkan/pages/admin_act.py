"""/admin/users/{id}/{act}: what will an act of the team do to an account? GET says it and asks, POST does it."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import administration
from genkan.accounts.directory import Entry
from genkan.errors import LastAdmin, NotFound, NowhereToMail
from genkan.pages import admin_user
from genkan.web import admins, forms, notices, show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person


class Act(NamedTuple):
    """ends: whether the person is logged out by it; removes: whether there is no page of the account afterwards."""

    do: Callable[..., Awaitable[Any]]
    notice: str
    ends: bool = False
    removes: bool = False


ACTS: Final[dict[str, Act]] = {
    "disable": Act(administration.disable, "account disabled", ends=True),
    "enable": Act(administration.enable, "account enabled"),
    "end-sessions": Act(administration.end_sessions, "account logged out", ends=True),
    "recover": Act(administration.send_recovery, "recovery sent"),
    "delete": Act(administration.delete, "account deleted", ends=True, removes=True),
}


@for_admins
async def show_question(request: Request, person: Person) -> Response:
    """What cannot be done (any more) is not asked: the account's page shows why."""
    name, _ = _asked(request)
    user = await admin_user.asked_for(request)
    if not _is_open(request, name, user):
        return see_other(request, f"/admin/users/{user.id}")
    count = len(await admin_user.devices_of(request, user, person))
    can_tell = request.app.state.services.can_mail and user.email_proven_at is not None
    return show.page(request, "admin_act", {"act": name, "user": user, "count": count, "can_tell": can_tell})


@for_admins
async def submit(request: Request, person: Person) -> Response:
    await forms.read(request, ())
    _, act = _asked(request)
    user = await admin_user.asked_for(request)
    there = f"/admin/users/{user.id}"
    services, now = request.app.state.services, request.app.state.now()
    try:
        await act.do(services, admins.actor(request, person), user.id, now=now)
    except (LastAdmin, NowhereToMail) as error:
        return notices.leave(request, see_other(request, there), error)
    if act.ends and user.id == person.id:
        return see_other(request, "/")  # it was the admin's own session, too
    return notices.leave(request, see_other(request, "/admin" if act.removes else there), act.notice)


def _asked(request: Request) -> tuple[str, Act]:
    name = request.path_params["act"]
    if name not in ACTS:
        raise NotFound
    return name, ACTS[name]


def _is_open(request: Request, name: str, user: Entry) -> bool:
    if name in ("disable", "enable"):
        return (user.disabled_at is None) == (name == "disable")
    return name != "recover" or admin_user.can_recover(request, user)


routes = [form_route("/admin/users/{id}/{act}", show_question, submit, kind=AdminRoute)]

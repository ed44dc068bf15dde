"""/account/password: how does a person change their password, or set one where they have none?"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan import log
from genkan.accounts import password
from genkan.accounts.password import Own
from genkan.accounts.session import Arrival
from genkan.errors import Invalid, Passing
from genkan.web import forms, notices, session, show, visitor
from genkan.web.forms import Field, Form
from genkan.web.redirects import HOME, see_other
from genkan.web.session import Person

PATH: Final = "/account/password"


def form(own: Own | None) -> Form:
    """No current password where there is none, and no username to choose where there is one."""
    fields = {"password": Field("new-password", "new_password")}
    if own is None:
        return Form("password-form", {"username": Field("password-username", "username"), **fields})
    if not own.is_usable:
        return Form("password-form", fields)
    return Form("password-form", {"current": Field("current-password", "password"), **fields})


@session.signed_in
async def door(request: Request, person: Person) -> Response:
    """The current password is a proof; who has none shows in another way that it is them, before they set one."""
    own = await password.of_user(request.app.state.services, person.id)
    if not _is_usable(own) and not session.is_confirmed(request, person):
        return see_other(request, f"/account/confirm?next={PATH}")
    return await (_submit if request.method == "POST" else _show)(request, person, own)


async def _show(request: Request, person: Person, own: Own | None) -> Response:
    return show.page(request, "account_password", _context(request, form(own), own))


async def _submit(request: Request, person: Person, own: Own | None) -> Response:
    typed = await forms.read(request, ("username", "password", "new_password"))
    try:
        arrival = await _change(request, person, own, typed)
    except (Invalid, Passing) as error:
        log.event("password refused", level="warning", user=person.id, reason=type(error).__name__)
        again = form(own).filled({"username": typed["username"]}).refused(error)
        return show.form_again(request, "account_password", error, _context(request, again, own))
    log.event("password changed", user=person.id)
    response = session.start(request, see_other(request, HOME), arrival)
    return notices.leave(request, response, "password changed" if _is_usable(own) else "password set")


async def _change(request: Request, person: Person, own: Own | None, typed: dict[str, str]) -> Arrival:
    services, now = request.app.state.services, request.app.state.now()
    who, new = visitor.of(request), typed["new_password"]
    if own is None:
        return await password.choose(
            services, who, user_id=person.id, method=person.method, username=typed["username"], new=new, now=now
        )
    return await password.change(
        services,
        who,
        own,
        user_id=person.id,
        method=person.method,
        current=typed["password"],
        new=new,
        now=now,
    )


def _is_usable(own: Own | None) -> bool:
    return own is not None and own.is_usable


def _context(request: Request, shown: Form, own: Own | None) -> dict[str, object]:
    return {
        "form": shown,
        "username": own.username if own else None,
        "has_password": _is_usable(own),
        "min_length": request.app.state.settings.password_min_length,
    }


routes = [Route(PATH, door, methods=["GET", "POST"])]

"""/account/confirm: how does a person who is logged in show anew that it is them, before they change how they log in?"""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import confirm, ways
from genkan.errors import BadRequest, GenkanError, NotFound
from genkan.pages import oauth_inside
from genkan.pages.doors import Way
from genkan.web import forms, session, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import HOME, next_for, see_other
from genkan.web.routes import form_route
from genkan.web.session import Person


def form() -> Form:
    return forms.blank("reauth-form", password="current-password")


def code_form() -> Form:
    return forms.blank("code-form", code="code")


@session.signed_in
async def show_form(request: Request, person: Person) -> Response:
    """Whoever has done so within ten minutes goes on at once."""
    next = next_for(request, forms.query(request, ("next",))["next"])
    if session.is_confirmed(request, person):
        return see_other(request, next)
    return show.page(request, "confirm", await _context(request, person, next))


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    typed = await forms.read(request, ("action", "password", "code", "next"))
    actions = {"password": _by_password, "send": _send, "code": _by_code}
    if typed["action"] not in actions:
        raise BadRequest
    if typed["action"] != "password" and not _has_mailbox(request, person):
        raise NotFound
    next = next_for(request, typed["next"])
    try:
        return await actions[typed["action"]](request, person, typed, next)
    except GenkanError as error:
        log.event("confirm refused", level="warning", method=typed["action"], reason=type(error).__name__)
        return show.form_again(request, "confirm", error, await _context(request, person, next, error))


async def _by_password(request: Request, person: Person, typed: dict[str, str], next: str) -> Response:
    await confirm.by_password(
        request.app.state.services,
        visitor.of(request),
        typed["password"],
        user_id=person.id,
        session_id=person.session_id,
        now=request.app.state.now(),
    )
    return oauth_inside.confirmed(request, person, "password", next)


async def _send(request: Request, person: Person, typed: dict[str, str], next: str) -> Response:
    """The page again, which now asks for the code."""
    await confirm.send_code(
        request.app.state.services,
        visitor.of(request),
        user_id=person.id,
        session_id=person.session_id,
        now=request.app.state.now(),
    )
    return see_other(request, oauth_inside.page("confirm", next))


async def _by_code(request: Request, person: Person, typed: dict[str, str], next: str) -> Response:
    await confirm.by_code(
        request.app.state.services,
        visitor.of(request),
        typed["code"],
        user_id=person.id,
        session_id=person.session_id,
        now=request.app.state.now(),
    )
    return oauth_inside.confirmed(request, person, "email", next)


async def _context(request: Request, person: Person, next: str, error: GenkanError | None = None) -> dict[str, object]:
    state = request.app.state
    found = await ways.of_user(state.services, person.id)
    names = [way.method for way in ways.usable(found, state.clients) if way.method != "password"]
    password, code = form(), code_form()
    if error is not None and error.field == "code":
        code = code.refused(error)
    elif error is not None:
        password = password.refused(error)
    return {
        "form": password,
        "code_form": code,
        "username": _username(found),
        "providers": [
            Way(name, state.clients[name].label, oauth_inside.url(request, person, "confirm", name, next))
            for name in names
        ],
        "has_mailbox": _has_mailbox(request, person),
        "is_out": await confirm.code_is_out(state.services, session_id=person.session_id, now=state.now()),
        "next": None if next == HOME else next,
    }


def _username(found: list[ways.Way]) -> str | None:
    """The username where there is a password; else None."""
    return next((way.username for way in found if way.method == "password"), None)


def _has_mailbox(request: Request, person: Person) -> bool:
    return bool(request.app.state.services.can_mail and person.email_proven)


routes = [form_route("/account/confirm", show_form, submit)]

"""/login: how does a person with an account come in?"""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import login
from genkan.errors import GenkanError, NotAdmitted
from genkan.pages import doors, refused
from genkan.web import forms, session, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import next_for
from genkan.web.routes import form_route

FIELDS = ("username", "password", "next", "keep", "keep_asked")


def form() -> Form:
    return forms.blank("login-form", username="username", password="current-password")


async def show_form(request: Request) -> Response:
    asked = forms.query(request, ("next",))
    await session.person(request)
    response = show.form_anew(
        request, "login", lambda: context(request, form(), asked["next"]), doors.last_used(request) or ""
    )
    return session.share(request, response)


async def submit(request: Request) -> Response:
    typed = await forms.read(request, FIELDS)
    try:
        arrival = await login.with_password(
            request.app.state.services,
            visitor.of(request),
            username=typed["username"],
            password=typed["password"],
            now=request.app.state.now(),
            keep=kept(typed),
        )
    except GenkanError as error:
        log.event("login refused", level="warning", method="password", reason=type(error).__name__)
        if isinstance(error, NotAdmitted):
            return refused.answer(request, error)
        again = form().filled(typed).refused(error)
        return show.form_again(
            request, "login", error, context(request, again, typed["next"], kept(typed) is not False)
        )
    return doors.welcome(request, arrival, next_for(request, typed["next"]))


def kept(typed: dict[str, str]) -> bool | None:
    """Whether to stay logged in when the window closes; a checkbox that is off sends nothing, so another field says that
    it was asked. None where it was not: other programs, and pages from before."""
    return bool(typed["keep"]) if typed["keep_asked"] else None


def context(request: Request, shown: Form, next: str, keep: bool = True) -> dict[str, object]:
    return doors.entrance(request, intent="login", next=next) | {"form": shown, "keep": keep}


routes = [form_route("/login", show_form, submit)]

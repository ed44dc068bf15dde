"""/signup: how does a person get an account by password?"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan import log
from genkan.accounts import admission, signup
from genkan.errors import GenkanError, Message, NotAdmitted, TrapFilled
from genkan.pages import doors, refused
from genkan.web import forms, links, render, session, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import next_for
from genkan.web.routes import form_route

FIELDS = ("name", "email", "username", "password")
TRAP = "subject"  # a field that people do not see; programs that fill in whatever there is do


def form() -> Form:
    return forms.blank(
        "signup-form", name="signup-name", email="signup-email", username="signup-username", password="new-password"
    )


async def show_form(request: Request) -> Response:
    asked = forms.query(request, ("next",))
    person, link = await session.person(request), links.held(request, doors.INVITATION)
    if person is not None or (not link and admission.is_plain(request.app.state.services)):
        response = show.form_anew(
            request, "signup", lambda: context(request, form(), asked["next"]), doors.last_used(request) or ""
        )
        return session.share(request, response)
    try:
        invited = await admission.check_new(request.app.state.services, link, now=request.app.state.now())
    except NotAdmitted as error:
        return refused.answer(request, error)
    address = invited.email or "" if invited else ""
    shown = context(request, form().filled({"email": address}), asked["next"]) | {"is_invited": invited is not None}
    return show.page(request, "signup", shown)


async def open_invitation(request: Request) -> Response:
    """The link leaves the address at once, and is not used up by that: whether it counts is said on the next page."""
    return links.moved(request, doors.INVITATION, "/signup", seconds=doors.INVITATION_LASTS)


async def submit(request: Request) -> Response:
    typed = await forms.read(request, (*FIELDS, "next", TRAP))
    try:
        if typed[TRAP]:
            raise TrapFilled
        arrival = await signup.with_password(
            request.app.state.services,
            visitor.of(request),
            **{name: typed[name] for name in FIELDS},
            now=request.app.state.now(),
            invitation=links.held(request, doors.INVITATION),
        )
    except GenkanError as error:
        log.event("signup refused", level="warning", method="password", reason=type(error).__name__)
        if isinstance(error, NotAdmitted):
            return refused.answer(request, error)
        again = form().filled(typed).refused(error)
        return show.form_again(request, "signup", error, context(request, again, typed["next"]))
    log.event("signup", method="password", user=arrival.user_id)
    return doors.welcome(request, arrival, next_for(request, typed["next"]))


async def advise_username(request: Request) -> Response:
    """Free or taken, as soon as the field is left; one line for the polite region beside the field."""
    typed = await forms.read(request, ("username",))
    try:
        await _check_advice(request)
        await signup.check_username(request.app.state.services, typed["username"])
    except NotAdmitted as error:
        return _no_advice(request, "username_status", error)
    except GenkanError as error:
        return _advice(request, "username_status", "bad", error.message if typed["username"] else None)
    return _advice(request, "username_status", "good", Message("This username is free."))


async def advise_password(request: Request) -> Response:
    """Too short or too easy, as soon as the field is left; never the password itself."""
    typed = await forms.read(request, FIELDS)
    try:
        await _check_advice(request)
        signup.check_password(request.app.state.services, **{name: typed[name] for name in FIELDS})
    except NotAdmitted as error:
        return _no_advice(request, "password_status", error)
    except GenkanError as error:
        return _advice(request, "password_status", "bad", error.message if typed["password"] else None)
    return _advice(request, "password_status", "good", None)


async def _check_advice(request: Request) -> None:
    """Whoever may have no account is not told which usernames there are. Raises NotAdmitted."""
    if await session.person(request) is None:
        link = links.held(request, doors.INVITATION)
        await admission.check_new(request.app.state.services, link, now=request.app.state.now())


def _advice(request: Request, block: str, kind: str, message: Message | None) -> Response:
    return render.block(request, "signup", block, kind=kind, message=message)


def _no_advice(request: Request, block: str, error: NotAdmitted) -> Response:
    """Why there is none is said once, when the form is sent, and not beside each field."""
    response = _advice(request, block, "bad", None)
    response.status_code = error.status
    return response


def context(request: Request, shown: Form, next: str) -> dict[str, object]:
    return doors.entrance(request, intent="signup", next=next) | {
        "form": shown,
        "min_length": request.app.state.settings.password_min_length,
        "domains": admission.domains(request.app.state.services),
        "is_invited": False,
    }


routes = [
    form_route("/signup", show_form, submit),
    Route("/invitation/{link}", open_invitation, methods=["GET"]),
    Route("/signup/username", advise_username, methods=["POST"]),
    Route("/signup/password", advise_password, methods=["POST"]),
]

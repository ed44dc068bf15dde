"""/oauth/finish: what becomes of an identity that is new here? Its person decides: a new account, the one they have, or none."""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import admission, identity
from genkan.accounts.identity import Waiting
from genkan.errors import (
    BadRequest,
    GenkanError,
    IdentityTaken,
    NotAdmitted,
    OnePerProvider,
    SessionChanged,
    WaitingGone,
)
from genkan.pages import doors, oauth_inside, refused
from genkan.pages.oauth_callback import WAITING
from genkan.web import cookies, forms, links, notices, session, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import FINISH, see_other
from genkan.web.routes import form_route

GONE = (WaitingGone, IdentityTaken, OnePerProvider, SessionChanged)  # after these nothing waits any more


def form() -> Form:
    return forms.blank("complete-form", name="complete-name", email="complete-email")


async def show_form(request: Request) -> Response:
    try:
        found = await _waiting(request)
    except WaitingGone as error:
        return _gone(request, error)
    shown = form().filled({"name": found.name or "", "email": found.email or ""})
    return show.page(request, "oauth_finish", await _context(request, found, shown))


async def submit(request: Request) -> Response:
    typed = await forms.read(request, ("action", "name", "email"))
    actions = {"create": _create, "link": _link, "drop": _drop}
    if typed["action"] not in actions:
        raise BadRequest
    try:
        found = await _waiting(request)
    except WaitingGone as error:
        return _gone(request, error)
    try:
        return await actions[typed["action"]](request, found, typed)
    except GONE as error:
        return _gone(request, error, _label(request, found))


async def _create(request: Request, found: Waiting, typed: dict[str, str]) -> Response:
    try:
        arrival = await identity.create(
            request.app.state.services,
            visitor.of(request),
            _token(request),
            name=typed["name"],
            email=typed["email"],
            now=request.app.state.now(),
            invitation=links.held(request, doors.INVITATION),
        )
    except NotAdmitted as error:
        log.event("signup refused", level="warning", method=found.provider, reason=type(error).__name__)
        return refused.answer(request, error)
    except GenkanError as error:
        if isinstance(error, GONE):
            raise
        again = form().filled(typed).refused(error)
        return show.form_again(request, "oauth_finish", error, await _context(request, found, again))
    log.event("signup", method=found.provider, user=arrival.user_id)
    return _done(request, doors.welcome(request, arrival, found.next))


async def _link(request: Request, found: Waiting, typed: dict[str, str]) -> Response:
    """Only with a proof no older than ten minutes: it adds a way in."""
    person = await session.person(request)
    if person is None:
        return see_other(request, f"/login?next={FINISH}")
    if not session.is_confirmed(request, person):
        return see_other(request, oauth_inside.page("confirm", FINISH))
    added = await identity.link(
        request.app.state.services,
        visitor.of(request),
        _token(request),
        user_id=person.id,
        session_id=person.session_id,
        label=_label(request, found),
        now=request.app.state.now(),
    )
    log.event("linked", method=found.provider, user=person.id)
    said = "linked" if added else "linked already"
    return _done(request, notices.leave(request, see_other(request, found.next), said, provider=_label(request, found)))


async def _drop(request: Request, found: Waiting, typed: dict[str, str]) -> Response:
    await identity.drop(request.app.state.services, _token(request), now=request.app.state.now())
    return _done(request, see_other(request, "/login"))


async def _waiting(request: Request) -> Waiting:
    """Raises WaitingGone; also where its provider was switched off in the meantime."""
    found = await identity.waiting(request.app.state.services, _token(request), now=request.app.state.now())
    if found.provider not in request.app.state.clients:
        raise WaitingGone
    return found


async def _context(request: Request, found: Waiting, shown: Form) -> dict[str, object]:
    await session.person(request)
    elsewhere = await identity.elsewhere(request.app.state.services, found)
    return {
        "closed": await doors.closed(request),
        "domains": admission.domains(request.app.state.services),
        "form": shown,
        "provider_name": found.provider,
        "provider_label": _label(request, found),
        "email_verified": found.email if found.email_verified else None,
        "elsewhere": elsewhere,
        "ways": doors.ways(request, elsewhere, FINISH) if elsewhere else (),
        "have_account_url": f"/login?next={FINISH}",
    }


def _gone(request: Request, error: GenkanError, label: str = "") -> Response:
    """Nothing becomes of it: to the page of their ways in, or to /login for whoever is not logged in."""
    page = oauth_inside.PAGES["link"] if getattr(request.state, "person", None) else "/login"
    return _done(request, notices.leave(request, see_other(request, page), error, provider=label))


def _done(request: Request, response: Response) -> Response:
    cookies.drop(request, response, WAITING)
    return response


def _token(request: Request) -> str:
    return cookies.read(request, WAITING) or ""


def _label(request: Request, found: Waiting) -> str:
    return str(request.app.state.clients[found.provider].label)


routes = [form_route(FINISH, show_form, submit)]

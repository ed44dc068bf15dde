"""/threshold: how does somebody come in whose address has to answer first? By the mailed code, where they showed who they are."""

from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import admission, mailed, threshold, verify
from genkan.accounts.threshold import Unproven, User
from genkan.errors import BadRequest, GenkanError, NotAdmitted
from genkan.pages import doors, refused
from genkan.pages.verify import address_form, code_form, proven
from genkan.web import cookies, forms, notices, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import safe_next, see_other
from genkan.web.routes import form_route


class Held(NamedTuple):
    """What this browser's cookie says: who has shown here who they are, and where they were going."""

    found: Unproven
    next: str


def held(request: Request) -> Held | None:
    said: Any = request.app.state.threshold_seal.open(
        cookies.read(request, doors.THRESHOLD), seconds=doors.THRESHOLD_LASTS
    )
    return Held(Unproven(said[0], said[1], said[2]), safe_next(said[3])) if said else None


async def let_in(request: Request, here: Held) -> Response:
    """The address has answered: the session. Whoever may not have one is told why."""
    services, now = request.app.state.services, request.app.state.now()
    try:
        arrival = await threshold.enter(services, visitor.of(request), here.found, now=now)
    except NotAdmitted as error:
        return refused.answer(request, error)
    except GenkanError as error:
        return notices.leave(request, see_other(request, "/login"), error)
    response = doors.welcome(request, arrival, here.next)
    cookies.drop(request, response, doors.THRESHOLD)
    return notices.leave(request, response, "address proven")


async def show_form(request: Request) -> Response:
    here, user = await _here(request)
    if here is None or user is None:
        return see_other(request, "/login")
    return show.page(request, "threshold", await _context(request, user, code_form(), address_form()))


async def submit(request: Request) -> Response:
    typed = await forms.read(request, ("action", "code", "email"))
    actions = {"prove": _prove, "again": _again, "correct": _correct}
    if typed["action"] not in actions:
        raise BadRequest
    here, user = await _here(request)
    if here is None or user is None:
        return see_other(request, "/login")
    try:
        return await actions[typed["action"]](request, here, typed)
    except GenkanError as error:
        log.event("threshold refused", level="warning", user=user.id, reason=type(error).__name__)
        code, address = code_form().filled(typed), address_form().filled(typed)
        if typed["action"] == "correct":
            address = address.refused(error)
        else:
            code = code.refused(error)
        return show.form_again(request, "threshold", error, await _context(request, user, code, address))


async def _prove(request: Request, here: Held, typed: dict[str, str]) -> Response:
    services, now = request.app.state.services, request.app.state.now()
    proof = await threshold.by_code(services, visitor.of(request), here.found, typed["code"], now=now)
    return proven(request, None, proof) if proof.elsewhere else await let_in(request, here)


async def _again(request: Request, here: Held, typed: dict[str, str]) -> Response:
    services, now = request.app.state.services, request.app.state.now()
    sent = await verify.again(services, visitor.of(request), here.found.user_id, now=now)
    return notices.leave(request, see_other(request, "/threshold"), "mail sent" if sent else "mail too early")


async def _correct(request: Request, here: Held, typed: dict[str, str]) -> Response:
    services, now = request.app.state.services, request.app.state.now()
    await verify.correct(services, visitor.of(request), here.found.user_id, typed["email"], now=now)
    return notices.leave(request, see_other(request, "/threshold"), "mail sent")


async def _here(request: Request) -> tuple[Held | None, User | None]:
    """Who waits in this browser; None for an account whose address has answered, or that is gone."""
    here = held(request)
    return here, await threshold.waiting(request.app.state.services, here.found) if here else None


async def _context(request: Request, user: User, code: Form, address: Form) -> dict[str, object]:
    services = request.app.state.services
    pending = await verify.pending(services, user.id, now=request.app.state.now())
    claim = user.email if user.email and admission.may_use(services, user.email) else None
    return {
        "code": code,
        "address": address,
        "email": claim,
        "domains": admission.domains(services),
        "was_sent": claim is not None and pending is not None,
        "again_in": pending.again_in if pending else 0,
        "minutes": mailed.VERIFY.lasts // 60,
    }


routes = [form_route("/threshold", show_form, submit)]

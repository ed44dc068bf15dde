"""/verify: how does somebody who is signed in prove their address? By the mailed code; or they correct the address first."""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import mailed, verify
from genkan.accounts.verify import Proof
from genkan.errors import BadRequest, GenkanError
from genkan.pages import doors
from genkan.web import forms, notices, session, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import HOME, see_other
from genkan.web.routes import form_route
from genkan.web.session import Person


def code_form() -> Form:
    return forms.blank("code-form", code="code")


def address_form() -> Form:
    return forms.blank("address-form", email="email")


@session.signed_in
async def show_form(request: Request, person: Person) -> Response:
    return show.page(request, "verify", await _context(request, person, code_form(), address_form()))


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    typed = await forms.read(request, ("action", "code", "email"))
    actions = {"prove": _prove, "again": _again, "correct": _correct}
    if typed["action"] not in actions:
        raise BadRequest
    try:
        return await actions[typed["action"]](request, person, typed)
    except GenkanError as error:
        log.event("verify refused", level="warning", user=person.id, reason=type(error).__name__)
        code, address = code_form().filled(typed), address_form().filled(typed)
        if typed["action"] == "correct":
            address = address.refused(error)
        else:
            code = code.refused(error)
        return show.form_again(request, "verify", error, await _context(request, person, code, address))


def proven(request: Request, person: Person | None, proof: Proof) -> Response:
    """What is said when a mailbox has answered: that it is done; or which account has the address, and how to come in there."""
    if proof.elsewhere is not None:
        log.event("address proven elsewhere", user=proof.user_id)
        return show.page(
            request,
            "verify_taken",
            {
                "address": proof.address,
                "username": proof.elsewhere.login_name,
                "providers": doors.ways(request, proof.elsewhere),
            },
            status=409,
        )
    log.event("address proven", user=proof.user_id)
    if person is not None and person.id == proof.user_id:
        return notices.leave(request, see_other(request, HOME), "address proven")
    return notices.leave(request, see_other(request, "/login"), "address proven elsewhere")


async def _prove(request: Request, person: Person, typed: dict[str, str]) -> Response:
    proof = await verify.by_code(
        request.app.state.services, visitor.of(request), person.id, typed["code"], now=request.app.state.now()
    )
    return proven(request, person, proof)


async def _again(request: Request, person: Person, typed: dict[str, str]) -> Response:
    services, now = request.app.state.services, request.app.state.now()
    sent = await verify.again(services, visitor.of(request), person.id, now=now)
    return notices.leave(request, see_other(request, "/verify"), "mail sent" if sent else "mail too early")


async def _correct(request: Request, person: Person, typed: dict[str, str]) -> Response:
    services, now = request.app.state.services, request.app.state.now()
    await verify.correct(services, visitor.of(request), person.id, typed["email"], now=now)
    return notices.leave(request, see_other(request, "/verify"), "mail sent")


async def _context(request: Request, person: Person, code: Form, address: Form) -> dict[str, object]:
    pending = await verify.pending(request.app.state.services, person.id, now=request.app.state.now())
    claim = None if person.email_proven else person.email
    return {
        "code": code,
        "address": address,
        "email": pending.address if pending else claim,
        "was_sent": pending is not None,
        "again_in": pending.again_in if pending else 0,
        "minutes": mailed.VERIFY.lasts // 60,
    }


routes = [form_route("/verify", show_form, submit)]

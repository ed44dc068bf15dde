"""/account/email: how does a person change their address, or add one?"""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import email
from genkan.errors import Invalid, NotFound, Passing
from genkan.web import forms, rows, session, visitor
from genkan.web.forms import Form
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person


def form() -> Form:
    return forms.blank("email-form", email="account-email")


@session.signed_in
async def show_form(request: Request, person: Person) -> Response:
    _needs_mail(request)
    return rows.form(request, "account_email", form(), now_email=person.email)


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    """Whatever becomes of the address, the answer is the same: only its mailbox learns more (EN-07)."""
    _needs_mail(request)
    typed = await forms.read(request, ("email",))
    services, now = request.app.state.services, request.app.state.now()
    try:
        await email.change(services, visitor.of(request), typed["email"], user_id=person.id, now=now)
    except (Invalid, Passing) as error:
        return rows.form_again(request, "account_email", form().filled(typed), error, now_email=person.email)
    log.event("email asked", user=person.id)
    return see_other(request, "/verify")


def _needs_mail(request: Request) -> None:
    """Where mails have nowhere to go, no address can be proven: the page is not there."""
    if not request.app.state.services.can_mail:
        raise NotFound


routes = [form_route("/account/email", show_form, submit)]

"""/account/name: how does a person change their name?"""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import rename
from genkan.errors import Invalid
from genkan.web import forms, rows, session, visitor
from genkan.web.forms import Form
from genkan.web.routes import form_route
from genkan.web.session import Person


def form() -> Form:
    return forms.blank("name-form", name="account-name")


@session.signed_in
async def show_form(request: Request, person: Person) -> Response:
    return rows.form(request, "account_name", form().filled({"name": person.name}))


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    typed = await forms.read(request, ("name",))
    services, now = request.app.state.services, request.app.state.now()
    try:
        name = await rename.name(services, visitor.of(request), typed["name"], user_id=person.id, now=now)
    except Invalid as error:
        return rows.form_again(request, "account_name", form().filled(typed), error)
    log.event("name changed", user=person.id)
    return rows.saved(request, replace(person, name=name), "name")


routes = [form_route("/account/name", show_form, submit)]

"""/account/username: how does a person change the name that they log in with?"""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import password, rename
from genkan.errors import Invalid, NotFound
from genkan.web import forms, rows, session, visitor
from genkan.web.forms import Form
from genkan.web.routes import form_route
from genkan.web.session import Person


def form() -> Form:
    return forms.blank("username-form", username="account-username")


@session.signed_in
async def show_form(request: Request, person: Person) -> Response:
    own = await password.of_user(request.app.state.services, person.id)
    if own is None:
        raise NotFound  # who comes in by providers only chooses one with their first password
    return rows.form(request, "account_username", form().filled({"username": own.username}))


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    typed = await forms.read(request, ("username",))
    services, now = request.app.state.services, request.app.state.now()
    try:
        username = await rename.username(services, visitor.of(request), typed["username"], user_id=person.id, now=now)
    except Invalid as error:
        return rows.form_again(request, "account_username", form().filled(typed), error)
    log.event("username changed", user=person.id)
    return rows.saved(request, person, "username", username=username)


routes = [form_route("/account/username", show_form, submit)]

"""/account/language: in which language does a person want their mails?"""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import rename
from genkan.errors import BadRequest
from genkan.web import forms, language, rows, session
from genkan.web.forms import Form
from genkan.web.routes import form_route
from genkan.web.session import Person


def form() -> Form:
    return forms.blank("language-form", language="account-language")


@session.signed_in
async def show_form(request: Request, person: Person) -> Response:
    chosen = person.language or language.of(request)
    return rows.form(
        request, "account_language", form().filled({"language": chosen}), choices=language.offered(request)
    )


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    typed = await forms.read(request, ("language",))
    code, choices = typed["language"], language.offered(request)
    if code not in choices:
        raise BadRequest  # the page offers no other
    await rename.language(request.app.state.services, code, user_id=person.id)
    return rows.saved(request, replace(person, language=code), "language", mail_language=choices[code])


routes = [form_route("/account/language", show_form, submit)]

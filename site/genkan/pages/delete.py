"""/account/delete: how does a person leave for good? GET explains, POST does; for 14 days it can be called off (/stay)."""

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import leaving
from genkan.pages import oauth_start, stay
from genkan.pages.oauth_callback import WAITING
from genkan.web import cookies, forms, session, show, visitor
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person


@session.signed_in
async def show_question(request: Request, person: Person) -> Response:
    now = request.app.state.now()
    can_mail = person.email_proven and request.app.state.services.can_mail
    return show.page(request, "delete", {"leaves_at": now + leaving.LASTS, "can_mail": can_mail})


@session.signed_in
async def submit(request: Request, person: Person) -> Response:
    await forms.read(request, ())
    leaves_at = await leaving.leave(
        request.app.state.services,
        visitor.of(request),
        user_id=person.id,
        browser=oauth_start.browser_of(request) or "",
        waiting=cookies.read(request, WAITING) or "",
        now=request.app.state.now(),
    )
    response = see_other(request, "/stay")
    session.forget(request, response)
    return stay.remember(request, response, person.id, leaves_at)


routes = [form_route("/account/delete", show_question, submit)]

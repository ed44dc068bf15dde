"""/reset/{link} and /reset/new: how does whoever holds a mailed link choose a new password? In any browser, once."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan import log
from genkan.accounts import addresses, recovery
from genkan.errors import GenkanError, LinkExpired
from genkan.pages import doors
from genkan.pages.oauth_callback import WAITING
from genkan.pages.reset import BROWSER
from genkan.web import cookies, forms, links, notices, session, show, visitor
from genkan.web.forms import Field, Form
from genkan.web.redirects import see_other
from genkan.web.routes import form_route

LINK = "reset_link"  # the cookie


def form() -> Form:
    """The password first: what no field is to blame for is said of it, since it is always there."""
    fields = {"password": Field("new-password", "new_password"), "username": Field("reset-username", "username")}
    return Form("reset-new-form", fields)


async def leave_address(request: Request) -> Response:
    return links.moved(request, LINK, "/reset/new")


async def show_form(request: Request) -> Response:
    await session.person(request)
    try:
        return show.page(request, "reset_new", await _context(request, form()))
    except LinkExpired as error:
        return doors.expired(request, error, "/reset" if request.app.state.settings.can_mail else None)


async def submit(request: Request) -> Response:
    """Not logged in afterwards: whoever has a second factor is still asked for it at /login."""
    typed = await forms.read(request, ("username", "new_password"))
    await session.person(request)
    try:
        try:
            return await _finish(request, typed)
        except LinkExpired:
            raise
        except GenkanError as error:
            context = await _context(request, form().filled(typed).refused(error))
            return show.form_again(request, "reset_new", error, context)
    except LinkExpired as error:
        return doors.expired(request, error, "/reset" if request.app.state.settings.can_mail else None)


async def _finish(request: Request, typed: dict[str, str]) -> Response:
    user_id = await recovery.finish(
        request.app.state.services,
        visitor.of(request),
        links.held(request, LINK),
        username=typed["username"],
        password=typed["new_password"],
        now=request.app.state.now(),
    )
    log.event("recovered", user=user_id, address=visitor.of(request).address)
    waits = cookies.read(request, WAITING)  # an identity that is to be added to the account, once its person is in
    response = see_other(request, "/login?next=/oauth/finish" if waits else "/login")
    for cookie in (LINK, BROWSER):
        cookies.drop(request, response, cookie)
    return notices.leave(request, response, "reset done")


async def _context(request: Request, shown: Form) -> dict[str, object]:
    """Raises LinkExpired."""
    found = await recovery.opened(request.app.state.services, links.held(request, LINK), now=request.app.state.now())
    return {
        "form": shown,
        "address": addresses.masked(found.address) if found.address else None,
        "username": found.guide.username,
        "login_name": found.guide.login_name,
        "providers": doors.ways(request, found.guide),
        "min_length": request.app.state.settings.password_min_length,
    }


routes = [form_route("/reset/new", show_form, submit), Route("/reset/{link}", leave_address, methods=["GET"])]

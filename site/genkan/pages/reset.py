"""/reset: how does a person ask for a way back? By their address; the answer is the same for every address."""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import reset
from genkan.accounts.digests import random_token
from genkan.errors import GenkanError
from genkan.web import cookies, forms, links, session, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import see_other
from genkan.web.routes import form_route

BROWSER = "reset"  # the cookie that binds a mailed code to the browser that asked for it


def form() -> Form:
    return forms.blank("reset-form", email="email")


async def show_form(request: Request) -> Response:
    await session.person(request)
    return show.form_anew(request, "reset", lambda: {"form": form()})


async def submit(request: Request) -> Response:
    typed = await forms.read(request, ("email",))
    browser = browser_of(request) or random_token()
    try:
        await reset.ask(
            request.app.state.services,
            visitor.of(request),
            typed["email"],
            browser=browser,
            now=request.app.state.now(),
        )
    except GenkanError as error:
        log.event("reset refused", level="warning", reason=type(error).__name__)
        return show.form_again(request, "reset", error, {"form": form().filled(typed).refused(error)})
    log.event("reset asked")
    return remembered(request, see_other(request, "/reset/sent"), browser)


def browser_of(request: Request) -> str:
    """The value of the browser's own cookie; "" where it has none of ours."""
    value = links.held(request, BROWSER)
    return value if links.TOKEN.fullmatch(value) else ""


def remembered(request: Request, response: Response, browser: str) -> Response:
    cookies.put(request, response, BROWSER, browser, seconds=links.LASTS)
    return response


routes = [form_route("/reset", show_form, submit)]

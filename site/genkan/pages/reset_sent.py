"""/reset/sent: what does whoever asked for a way back see? Where the mail went, if anywhere, and a field for its code."""

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import mailed, reset
from genkan.errors import BadRequest, GenkanError
from genkan.pages.reset import browser_of, remembered
from genkan.pages.reset_new import LINK
from genkan.web import forms, links, notices, session, show, visitor
from genkan.web.forms import Form
from genkan.web.redirects import see_other
from genkan.web.routes import form_route


def form() -> Form:
    return forms.blank("code-form", code="code")


async def show_form(request: Request) -> Response:
    await session.person(request)
    context = await _context(request, form())
    return show.page(request, "reset_sent", context) if context else see_other(request, "/reset")


async def submit(request: Request) -> Response:
    typed = await forms.read(request, ("action", "code"))
    actions = {"code": _code, "again": _again}
    if typed["action"] not in actions:
        raise BadRequest
    try:
        return await actions[typed["action"]](request, typed)
    except GenkanError as error:
        log.event("reset refused", level="warning", reason=type(error).__name__)
        context = await _context(request, form().filled(typed).refused(error))
        return show.form_again(request, "reset_sent", error, context) if context else see_other(request, "/reset")


async def _code(request: Request, typed: dict[str, str]) -> Response:
    link = await reset.by_code(
        request.app.state.services, typed["code"], browser=browser_of(request), now=request.app.state.now()
    )
    return links.keep(request, see_other(request, "/reset/new"), LINK, link)


async def _again(request: Request, typed: dict[str, str]) -> Response:
    browser, now = browser_of(request), request.app.state.now()
    sent = await reset.again(request.app.state.services, visitor.of(request), browser=browser, now=now)
    response = notices.leave(request, see_other(request, "/reset/sent"), "mail sent" if sent else "mail too early")
    return remembered(request, response, browser) if sent else response


async def _context(request: Request, shown: Form) -> dict[str, object] | None:
    """None where nothing was asked for in this browser, or too long ago."""
    pending = await reset.pending(request.app.state.services, browser_of(request), now=request.app.state.now())
    if pending is None:
        return None
    return {
        "form": shown,
        "email": pending.address,
        "again_in": pending.again_in,
        "minutes": mailed.RESET.lasts // 60,
    }


routes = [form_route("/reset/sent", show_form, submit)]

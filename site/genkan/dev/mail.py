"""/dev/mail: the mails that this site has written, to be read, clicked and copied from; in development nothing is sent."""

import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from genkan import mail
from genkan.accounts import sending
from genkan.accounts.sending import Kept
from genkan.dev import scanner
from genkan.errors import NotFound
from genkan.web import mails, render
from genkan.web.headers import POLICY

PATH: Final = "/dev/mail"
LINK: Final = re.compile(r"https?://[^\s<>]+")
# Of the HTML part alone: its own <style>, no script, no picture, and only in our own frame.
LETTER_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


async def show_all(request: Request) -> Response:
    kept = await sending.newest(request.app.state.services)
    return render.development(
        request, "mails", mails=[{"kept": each, "subject": _letter(request, each).subject} for each in kept]
    )


async def show(request: Request) -> Response:
    return await _page(request, await _kept(request))


async def show_html(request: Request) -> Response:
    """The HTML part, for the frame; its links open beside."""
    html = _letter(request, await _kept(request)).html.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(html, headers={"Content-Security-Policy": LETTER_POLICY, "X-Frame-Options": "SAMEORIGIN"})


async def scan(request: Request) -> Response:
    """Open every link as mail scanners do, and say what came."""
    kept = await _kept(request)
    links = _links(request, _letter(request, kept))
    visits = await scanner.visits(request.app, request.app.state.settings.base_url, links)
    return await _page(request, kept, visits=visits)


async def _page(request: Request, kept: Kept, visits: list[scanner.Visit] | None = None) -> Response:
    state, letter = request.app.state, _letter(request, kept)
    carried = sending.as_written(state.services, kept)
    response = render.development(
        request,
        "mail",
        kept=kept,
        letter=letter,
        headers=_headers(letter),
        links=_links(request, letter),
        code=carried.code,
        is_alive=await sending.is_alive(state.services, kept, now=state.now()),
        has_token=kept.token_id is not None,
        visits=visits,
    )
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response


async def _kept(request: Request) -> Kept:
    """Raises NotFound."""
    kept = await sending.by_id(request.app.state.services, request.path_params["id"])
    if kept is None:
        raise NotFound
    return kept


def _letter(request: Request, kept: Kept) -> mail.Letter:
    state = request.app.state
    carried = sending.as_written(state.services, kept)
    return mails.letter(state.renderer, kept, carried, now=kept.sent_at or kept.created_at)


def _headers(letter: mail.Letter) -> list[tuple[str, Any]]:
    return [*mail.composed(letter).items()]


def _links(request: Request, letter: mail.Letter) -> list[str]:
    """Those that lead here, each once."""
    base_url = request.app.state.settings.base_url
    return [each for each in dict.fromkeys(LINK.findall(letter.text)) if each.startswith(f"{base_url}/")]


routes: Final = [
    Route(PATH, show_all, methods=["GET"]),
    Route(f"{PATH}/{{id}}", show, methods=["GET"]),
    Route(f"{PATH}/{{id}}/html", show_html, methods=["GET"]),
    Route(f"{PATH}/{{id}}/scan", scan, methods=["POST"]),
]

"""/stay: how does a person call off that their account is deleted? By the mailed link, or by logging in once more."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan import log
from genkan.accounts import leaving
from genkan.accounts.leaving import User
from genkan.errors import AccountLeaving, LinkExpired
from genkan.web import cookies, forms, links, notices, show, visitor
from genkan.web.redirects import see_other
from genkan.web.routes import form_route

COOKIE: Final = "stay"  # sealed: ["link", its token], or ["login", the user's id, when the account is deleted]
LASTS: Final = 600  # seconds


async def open_link(request: Request) -> Response:
    """The token leaves the address at once; whether it counts is said on the next page, to everybody alike."""
    link = request.path_params["link"]
    return _sealed(request, see_other(request, "/stay"), ["link", link if links.TOKEN.fullmatch(link) else ""])


async def show_question(request: Request) -> Response:
    try:
        user = await _leaving(request)
    except LinkExpired:
        return _expired(request)
    return show.page(request, "stay", {"whose": user.name, "leaves_at": user.leaves_at})


async def submit(request: Request) -> Response:
    await forms.read(request, ())
    try:
        user = await _leaving(request)
        await leaving.stay(request.app.state.services, visitor.of(request), user, now=request.app.state.now())
    except LinkExpired:
        return _expired(request)
    response = notices.leave(request, see_other(request, "/login"), "stayed")
    cookies.drop(request, response, COOKIE)
    return response


async def on_leaving(request: Request, error: Exception) -> Response:
    """Whoever logs in to an account that is leaving comes here instead, by whatever way; app.py sees to it."""
    assert isinstance(error, AccountLeaving), "registered for this class only"
    return remember(request, see_other(request, "/stay"), error.user_id, error.leaves_at)


def remember(request: Request, response: Response, user_id: str, leaves_at: int) -> Response:
    """That this browser's person has shown that the account is theirs: good for this page alone."""
    return _sealed(request, response, ["login", user_id, leaves_at])


def _sealed(request: Request, response: Response, proof: list[Any]) -> Response:
    cookies.put(request, response, COOKIE, request.app.state.stay_seal.close(proof), seconds=LASTS)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


async def _leaving(request: Request) -> User:
    """Raises LinkExpired: nothing shown, used, too old, or not leaving any more: one answer for all of them."""
    services, now = request.app.state.services, request.app.state.now()
    proof: Any = request.app.state.stay_seal.open(cookies.read(request, COOKIE), seconds=LASTS)
    if proof is None:
        raise LinkExpired
    if proof[0] == "link":
        return await leaving.by_link(services, proof[1], now=now)
    return await leaving.by_login(services, proof[1], leaves_at=proof[2])


def _expired(request: Request) -> Response:
    log.event("link refused", level="warning")
    return show.page(request, "stay", {"whose": "", "leaves_at": None}, status=LinkExpired.status)


routes = [form_route("/stay", show_question, submit), Route("/stay/{link}", open_link, methods=["GET"])]

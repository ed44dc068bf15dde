"""What do the applications of COOKIE_DOMAIN get of a session? A cookie of theirs, with a JWT that no page here takes."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from genkan.accounts.tokens import Claims
from genkan.web import cookies

COOKIE: Final = "jwt"  # __Secure-jwt


def start(request: HTTPConnection, response: Response, own: Claims | None, *, seconds: int | None) -> None:
    """The cookie of the same session. own: what the site's own cookie says; seconds: None: until the browser's window closes."""
    tokens = request.app.state.services.shared_tokens
    if tokens is None or own is None:
        return
    _put(request, response, tokens.issue(user_id=own.sub, session_id=own.sid, now=own.iat), seconds=seconds)


def mend(request: HTTPConnection, response: Response, own: Claims | None, *, is_kept: bool) -> None:
    """Where the cookie is missing, or another host of the domain has set one of its own: the right one, unless it was just set."""
    tokens = request.app.state.services.shared_tokens
    if tokens is None or own is None or getattr(request.state, "is_shared", False):
        return
    token = cookies.read_shared(request, COOKIE)
    shared = tokens.read(token, now=request.app.state.now()) if token else None
    if shared is None or shared.sid != own.sid:
        start(request, response, own, seconds=own.exp - request.app.state.now() if is_kept else None)


def drop(request: HTTPConnection, response: Response) -> None:
    if request.app.state.settings.cookie_domain is not None:
        _put(request, response, "", seconds=0)


def _put(request: HTTPConnection, response: Response, token: str, *, seconds: int | None) -> None:
    request.state.is_shared = True  # once an answer
    cookies.put_shared(request, response, COOKIE, token, seconds=seconds)

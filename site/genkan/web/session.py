"""Who is signed in? The session cookie is made, read and ended only here; ask `person(request)`, or use `signed_in`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from genkan.accounts import session
from genkan.accounts.session import Arrival, Session
from genkan.accounts.tokens import LASTS
from genkan.web import cookies, notices
from genkan.web.redirects import see_other

COOKIE: Final = "jwt"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. id: `users.id`; method: how they came in this time; email: a claim until email_proven."""

    id: str
    name: str
    email: str | None
    email_proven: bool
    method: str
    session_id: str


async def person(request: HTTPConnection) -> Person | None:
    """Whoever is signed in, or None. Costs one signature check and one SELECT; asked twice, it is remembered."""
    if "person" not in request.state:
        request.state.person = await _find(request)
    found: Person | None = request.state.person
    return found


def signed_in(page: Callable[[Request, Person], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """For a page that only people who are signed in may see: everybody else is sent to /login, and back afterwards."""

    @wraps(page)
    async def asked(request: Request) -> Response:
        found = await person(request)
        if found is not None:
            return await page(request, found)
        return notices.leave(request, see_other(request, f"/login?next={_here(request)}"), "login needed")

    return asked


def start(request: HTTPConnection, response: Response, arrival: Arrival) -> Response:
    """Hand the session to the browser: HttpOnly, two days."""
    cookies.put(request, response, COOKIE, arrival.token, seconds=LASTS)
    return response


async def end(request: Request, response: Response) -> str | None:
    """End the session in the database and in the browser. Returns the method it had come in by."""
    found = await person(request)
    if found is not None:
        await session.end(request.app.state.services, found.session_id)
    cookies.drop(request, response, COOKIE)
    request.state.person = None
    return found.method if found else None


def held_id(request: HTTPConnection) -> str | None:
    """The id of the session that the browser holds, live or not."""
    token = cookies.read(request, COOKIE)
    claims = request.app.state.services.tokens.read(token, now=request.app.state.now()) if token else None
    return claims.sid if claims else None


async def _find(request: HTTPConnection) -> Person | None:
    token = cookies.read(request, COOKIE)
    if not token:
        return None
    found: Session | None = await session.live(request.app.state.services, token, now=request.app.state.now())
    if found is None:
        return None
    return Person(
        id=found.user_id,
        name=found.name,
        email=found.email,
        email_proven=found.email_proven_at is not None,
        method=found.method,
        session_id=found.id,
    )


def _here(request: Request) -> str:
    query = request.scope["query_string"].decode("latin-1")
    return quote(request.url.path + (f"?{query}" if query else ""), safe="/")

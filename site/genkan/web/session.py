"""Who is signed in? The session cookies are made, read and ended only here; ask `person(request)`, or use `signed_in`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final
from urllib.parse import quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from genkan.accounts import session
from genkan.accounts.services import Visitor
from genkan.accounts.session import Arrival, Session
from genkan.accounts.tokens import LASTS, Claims
from genkan.errors import GenkanError, SessionEnded
from genkan.web import cookies, notices, sharing
from genkan.web.redirects import next_for, see_other

COOKIE: Final = "jwt"
CONFIRMED_FOR: Final = 600  # seconds


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in. id: `users.id`; method: how they came in this time; email: a claim until email_proven.

    confirmed_at: when they last showed that it is them, unix seconds; language: of their mails, as they chose it;
    is_admin: may look after everybody's accounts, as their row says now.
    """

    id: str
    name: str
    email: str | None
    email_proven: bool
    method: str
    session_id: str
    confirmed_at: int
    language: str | None = None
    is_admin: bool = False


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
        if found is None:
            return await at_the_door(request, _here(request))
        try:
            return share(request, await page(request, found))
        except SessionEnded as error:  # by somebody else, while this was under way
            return await at_the_door(request, _here(request), otherwise=error)

    return asked


async def at_the_door(request: Request, next: str = "", *, otherwise: str | GenkanError = "login needed") -> Response:
    """To /login, and back to `next`; whoever was logged out from elsewhere is told why, once. otherwise: what others are told."""
    response = see_other(request, f"/login?next={next}" if next else "/login")
    token = cookies.read(request, COOKIE)
    reason = await session.why_ended(request.app.state.services, token, now=request.app.state.now()) if token else None
    if reason is not None:
        _drop(request, response)
        return notices.leave(request, response, f"ended {reason}")
    return notices.leave(request, response, otherwise) if next else response


def confirmed(
    door: Callable[[Request], Awaitable[Response]], back: str = ""
) -> Callable[[Request], Awaitable[Response]]:
    """For a door that needs a proof no older than CONFIRMED_FOR: whoever has none is asked for it, and comes back.

    back: the page to come back to, where it is not the door itself.
    """

    @wraps(door)
    async def asked(request: Request) -> Response:
        found = await person(request)
        if found is None or is_confirmed(request, found):
            return await door(request)
        return see_other(request, f"/account/confirm?next={quote(back, safe='/') or _here(request)}")

    return asked


def is_confirmed(request: Request, found: Person) -> bool:
    now: int = request.app.state.now()
    return now - found.confirmed_at <= CONFIRMED_FOR


def start(request: HTTPConnection, response: Response, arrival: Arrival) -> Response:
    """Hand the session to the browser: HttpOnly, two days, or until its window closes; where hosts share, their cookie too."""
    seconds = LASTS if arrival.is_kept else None
    cookies.put(request, response, COOKIE, arrival.token, seconds=seconds)
    sharing.start(request, response, _claims(request, arrival.token), seconds=seconds)
    return response


def share(request: Request, response: Response) -> Response:
    """For an answer to whom `person` has found: the applications of the domain learn of the same session, whatever they saw."""
    found: Session | None = request.state.session
    if found is not None:
        own = _claims(request, cookies.read(request, COOKIE))
        sharing.mend(request, response, own, is_kept=found.is_kept)
    return response


async def for_applications(request: HTTPConnection) -> Person | None:
    """Whom another application may take this browser for: by the cookie of the domain where there is one, else by our own.

    Another host of the domain can plant the cookie of a session of its own, so where ours comes along, both must say the same.
    """
    if request.app.state.settings.cookie_domain is None:
        return await person(request)
    token = cookies.read_shared(request, sharing.COOKIE)
    found = await _live(request, token, is_shared=True)
    if found is None or (cookies.is_there(request, COOKIE) and held_id(request) != found.id):
        return None
    return _person(found)


async def end(request: Request, response: Response, who: Visitor) -> str | None:
    """End the session in the database and in the browser. Returns the method it had come in by."""
    found = await person(request)
    if found is not None:
        await session.end(request.app.state.services, who, found.session_id, now=request.app.state.now())
    forget(request, response)
    return found.method if found else None


def forget(request: Request, response: Response) -> None:
    """The browser forgets the session, and what it cached of it."""
    _drop(request, response)
    request.state.person = None
    if request.app.state.settings.is_https:
        # Not "cookies": a browser that has been inside must stay known (accounts/throttle.py).
        response.headers["Clear-Site-Data"] = '"cache", "storage"'


def held_id(request: HTTPConnection) -> str | None:
    """The id of the session that the browser holds, live or not."""
    claims = _claims(request, cookies.read(request, COOKIE))
    return claims.sid if claims else None


async def _find(request: HTTPConnection) -> Person | None:
    request.state.session = await _live(request, cookies.read(request, COOKIE))
    return _person(request.state.session) if request.state.session else None


async def _live(request: HTTPConnection, token: str | None, *, is_shared: bool = False) -> Session | None:
    if not token:
        return None
    return await session.live(request.app.state.services, token, now=request.app.state.now(), is_shared=is_shared)


def _claims(request: HTTPConnection, token: str | None) -> Claims | None:
    claims: Claims | None = (
        request.app.state.services.tokens.read(token, now=request.app.state.now()) if token else None
    )
    return claims


def _drop(request: HTTPConnection, response: Response) -> None:
    cookies.drop(request, response, COOKIE)
    sharing.drop(request, response)


def _person(found: Session) -> Person:
    return Person(
        id=found.user_id,
        name=found.name,
        email=found.email,
        email_proven=found.email_proven_at is not None,
        method=found.method,
        session_id=found.id,
        confirmed_at=found.confirmed_at,
        language=found.language,
        is_admin=found.is_admin,
    )


def _here(request: Request) -> str:
    """What comes after the login: this page, where its address is one that is gone on to."""
    query = request.scope["query_string"].decode("latin-1")
    return quote(next_for(request, request.url.path + (f"?{query}" if query else "")), safe="/")

"""/auth/verify: who is signed in? Asked by a reverse proxy, before it lets a request through to an application."""

from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from genkan import log
from genkan.errors import CrossOrigin
from genkan.web import forms, forwarded, session, visitor
from genkan.web.redirects import HOME, ONWARD, next_for
from genkan.web.session import Person

# Whoever asks us who they are does not tell us: a proxy that lets these through would let them through to the application.
OURS_TO_SAY: Final = frozenset({"remote-user", "remote-name", "remote-email", "remote-groups"})
PLAIN_NAME: Final = " '()"  # stands for itself, like letters and digits of ASCII; all else is percent-encoded UTF-8
PLAIN_ADDRESS: Final = "@!#$&'*+/=?^`{|}"  # RFC 5322 §3.2.3, but for %
NOT_KEPT: Final = {"Cache-Control": "no-store"}


async def verify(request: Request) -> Response:
    """200 with Remote-User (`users.id`), Remote-Name, and Remote-Email, which is empty where it is not proven; 401 for nobody.

    `?login=redirect`: nobody is sent to /login, where a trusted proxy names a page of an application that is ours to lead back to.
    """
    if any(name.replace("_", "-") in OURS_TO_SAY for name in request.headers):
        log.event("identity header refused", level="warning", address=visitor.client_text(request))
        return Response(status_code=CrossOrigin.status, headers=NOT_KEPT)
    found = await session.for_applications(request)
    if found is not None:
        return Response(headers=NOT_KEPT | identity(found))
    door = _door(request)
    if door is None:
        return Response(status_code=401, headers=NOT_KEPT)
    return RedirectResponse(door, status_code=303, headers=NOT_KEPT)


def identity(person: Person) -> dict[str, str]:
    """ASCII without controls, whatever people are called. Always all three: some proxies leave what is missing as it came."""
    proven = person.email or "" if person.email_proven else ""
    return {
        "Remote-User": person.id,
        "Remote-Name": quote(person.name, safe=PLAIN_NAME),
        "Remote-Email": quote(proven, safe=PLAIN_ADDRESS),
    }


def _door(request: Request) -> str | None:
    """The address of /login that leads back to the page; None where that is not asked for, or leads nowhere."""
    wanted = forwarded.wanted(request) if forms.query(request, ("login",))["login"] == "redirect" else None
    if wanted is None:
        return None
    base_url = request.app.state.settings.base_url
    origin, path = wanted
    if origin == base_url:
        next = next_for(request, path)
        return f"{base_url}/login" + ("" if next == HOME else f"?next={quote(next, safe='/')}")
    if next_for(request, f"{origin}/") == HOME:
        return None
    address = f"{origin}{path}" if next_for(request, f"{origin}{path}").startswith(ONWARD) else f"{origin}/"
    return f"{base_url}/login?next={quote(address, safe='/:')}"


routes = [Route("/auth/verify", verify, methods=["GET"])]

"""/oauth/{provider}: how does a person set out to a provider?"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from genkan import log
from genkan.accounts import attempt
from genkan.accounts.digests import random_token
from genkan.errors import BadRequest, GenkanError, NotFound
from genkan.oauth import Client
from genkan.pages import login, oauth_inside, signup
from genkan.web import cookies, forms, links, origin, session, show, visitor
from genkan.web.redirects import next_for

BROWSER = "attempt"  # the cookie that binds an attempt to its browser
PAGES = {"login": "/login", "signup": "/signup"} | oauth_inside.PAGES  # by intent: where it is begun


async def start(request: Request) -> Response:
    """303 to the provider's authorization URL; the attempt is kept for the callback."""
    client = client_of(request)
    asked = forms.query(request, ("intent", "next", "ticket"))
    intent, next = asked["intent"] or "login", next_for(request, asked["next"])
    if intent not in PAGES:
        raise BadRequest
    if origin.is_started_elsewhere(request):
        return RedirectResponse(PAGES[intent], status_code=303)  # nothing begins by another site's link or picture
    if intent in oauth_inside.PAGES:
        elsewhere = await oauth_inside.hindrance(request, client, intent, asked["ticket"])
        if elsewhere is not None:
            return elsewhere
    try:
        return await _start(request, client, intent=intent, next=next)
    except GenkanError as error:
        log_failure(client, error)
        return await _again(request, client, intent, next, error)


def client_of(request: Request) -> Client:
    """The provider that the address names, asked by GET or POST, not by HEAD. Raises NotFound."""
    client: Client | None = request.app.state.clients.get(request.path_params["provider"])
    if client is None:
        raise NotFound
    if request.method == "HEAD":
        raise HTTPException(405, headers={"Allow": "GET"})
    return client


def browser_of(request: Request) -> str | None:
    """The value of the browser's attempt cookie, where it has one of ours."""
    value = cookies.read(request, BROWSER)
    return value if value and links.TOKEN.fullmatch(value) else None


def log_failure(client: Client, error: GenkanError) -> None:
    log.event(
        "oauth failed",
        level="error" if error.status >= 500 else "warning",
        provider=client.name,
        reason=getattr(error, "reason", None) or type(error).__name__,
    )


async def _start(request: Request, client: Client, *, intent: str, next: str) -> Response:
    authorization = await client.authorization(again=intent == "confirm")
    person = await session.person(request) if intent in oauth_inside.PAGES else None
    browser = browser_of(request) or random_token()
    await attempt.begin(
        request.app.state.services,
        visitor.of(request),
        authorization,
        browser=browser,
        provider=client.name,
        redirect_uri=client.redirect_uri,
        intent=intent,
        next=next,
        session_id=person.session_id if person else None,
        now=request.app.state.now(),
    )
    response = RedirectResponse(authorization.url, status_code=303)
    cookies.put(request, response, BROWSER, browser, seconds=attempt.LASTS)
    return response


async def _again(request: Request, client: Client, intent: str, next: str, error: GenkanError) -> Response:
    """The page that the person came from, with what went wrong in its summary."""
    if intent in oauth_inside.PAGES:
        return await oauth_inside.failed(request, client, intent, next, error)
    error.values.update(provider=client.label, ref=request.state.request_id)
    page = signup if intent == "signup" else login
    return show.form_again(request, intent, error, page.context(request, page.form().refused(error), next))


routes = [Route("/oauth/{provider}", start, methods=["GET"])]

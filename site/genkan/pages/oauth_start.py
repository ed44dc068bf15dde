"""/oauth/{provider}: how does a person set out to a provider?"""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from genkan import log
from genkan.accounts import attempt
from genkan.accounts.digests import random_token
from genkan.errors import BadRequest, GenkanError, NotFound
from genkan.oauth import Client
from genkan.pages import login, signup
from genkan.web import cookies, forms, origin, show, visitor
from genkan.web.redirects import safe_next

BROWSER = "attempt"  # the cookie that binds an attempt to its browser
INTENTS = ("login", "signup")
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


async def start(request: Request) -> Response:
    """303 to the provider's authorization URL; the attempt is kept for the callback."""
    client = client_of(request)
    asked = forms.query(request, ("intent", "next"))
    intent = asked["intent"] or "login"
    if intent not in INTENTS:
        raise BadRequest
    if origin.is_started_elsewhere(request):
        return RedirectResponse(f"/{intent}", status_code=303)  # nothing begins by another site's link or picture
    try:
        return await _start(request, client, intent=intent, next=safe_next(asked["next"]))
    except GenkanError as error:
        log_failure(client, error)
        return _again(request, client, intent, asked["next"], error)


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
    return value if value and TOKEN.fullmatch(value) else None


def log_failure(client: Client, error: GenkanError) -> None:
    log.event(
        "oauth failed",
        level="error" if error.status >= 500 else "warning",
        provider=client.name,
        reason=getattr(error, "reason", None) or type(error).__name__,
    )


async def _start(request: Request, client: Client, *, intent: str, next: str) -> Response:
    authorization = await client.authorization()
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
        now=request.app.state.now(),
    )
    response = RedirectResponse(authorization.url, status_code=303)
    cookies.put(request, response, BROWSER, browser, seconds=attempt.LASTS)
    return response


def _again(request: Request, client: Client, intent: str, next: str, error: GenkanError) -> Response:
    """The page that the person came from, with what went wrong in its summary."""
    error.values.update(provider=client.label, ref=request.state.request_id)
    page = signup if intent == "signup" else login
    return show.form_again(request, intent, error, page.context(request, page.form().refused(error), next))


routes = [Route("/oauth/{provider}", start, methods=["GET"])]

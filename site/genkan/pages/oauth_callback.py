"""/oauth/{provider}/callback: how does a person come back from a provider? The redirect URI."""

from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from genkan.accounts import attempt, identity, login
from genkan.accounts.attempt import Attempt
from genkan.accounts.login import Waits
from genkan.errors import AttemptUnknown, BadRequest, GenkanError, NotAdmitted, ProviderCancelled, ProviderFailed
from genkan.oauth import Client, Profile
from genkan.pages import doors, oauth_inside, oauth_start, refused
from genkan.web import cookies, forms, links, notices, visitor
from genkan.web.redirects import HOME, see_other
from genkan.web.routes import form_route

WAITING = "waiting"  # the cookie that binds a waiting identity to its browser
ANSWER = ("state", "code", "iss", "error", "user")
CANCELLED = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})
LONGEST_CODE = 4096  # characters
LONGEST_ANSWER = 8000  # characters of a form that becomes an address


async def callback(request: Request) -> Response:
    """Take the attempt, read the profile, and do what it was begun for. Whatever fails: a clean address, and a notice there."""
    client = oauth_start.client_of(request)
    try:
        answer = forms.query(request, ANSWER)
        found = await _attempt(request, client, answer["state"])
    except (AttemptUnknown, BadRequest):
        return await _failed(request, client, "login", HOME, AttemptUnknown())
    try:
        if found.intent in oauth_inside.PAGES:
            await oauth_inside.same_person(request, found)  # before the provider is asked
        profile = await _profile(request, client, found, answer)
        return _quiet(await ARRIVALS[found.intent](request, client, found, profile))
    except GenkanError as error:
        return await _failed(request, client, found.intent, found.next, error)


async def arrive(request: Request, client: Client, found: Attempt, profile: Profile) -> Response:
    """Let the person in; whoever is new here may have to say what becomes of it."""
    outcome = await login.with_profile(
        request.app.state.services,
        visitor.of(request),
        profile,
        intent=found.intent,
        next=found.next,
        now=request.app.state.now(),
        invitation=links.held(request, doors.INVITATION),
    )
    if not isinstance(outcome, Waits):
        return doors.welcome(request, outcome, found.next)
    response = see_other(request, "/oauth/finish")
    cookies.put(request, response, WAITING, outcome.token, seconds=identity.LASTS)
    return response


async def posted(request: Request) -> Response:
    """A form_post answer carries no SameSite=Lax cookie, being a cross-site POST: turned into the GET, by a 303."""
    client = oauth_start.client_of(request)
    if not client.form_post:
        raise HTTPException(405, headers={"Allow": "GET"})
    typed = await forms.read(request, ANSWER)
    answer = urlencode({name: value for name, value in typed.items() if value})
    if len(answer) > LONGEST_ANSWER:
        raise BadRequest
    return _quiet(RedirectResponse(f"/oauth/{client.name}/callback?{answer}", status_code=303))


async def _attempt(request: Request, client: Client, state: str) -> Attempt:
    """Raises AttemptUnknown: state absent, unknown, used or old, or of another browser or provider."""
    browser = oauth_start.browser_of(request)
    if browser is None or not links.TOKEN.fullmatch(state):
        raise AttemptUnknown
    return await attempt.finish(
        request.app.state.services,
        state=state,
        browser=browser,
        provider=client.name,
        redirect_uri=client.redirect_uri,
        now=request.app.state.now(),
    )


async def _profile(request: Request, client: Client, found: Attempt, answer: dict[str, str]) -> Profile:
    """Raises ProviderCancelled, ProviderFailed, ProviderDown."""
    if answer["error"] in CANCELLED:
        raise ProviderCancelled
    if answer["error"] or not 0 < len(answer["code"]) <= LONGEST_CODE:
        raise ProviderFailed
    return await client.profile(
        code=answer["code"],
        nonce=found.nonce,
        code_verifier=found.code_verifier,
        iss=answer["iss"] or None,
        now=request.app.state.now(),
        form_user=answer["user"] or None,
        since=found.created_at if found.intent == "confirm" else None,
    )


async def _failed(request: Request, client: Client, intent: str, next: str, error: GenkanError) -> Response:
    """Back to the page that the person came from; nothing of the provider's answer stays in the address."""
    oauth_start.log_failure(client, error)
    if intent in oauth_inside.PAGES:
        return _quiet(await oauth_inside.failed(request, client, intent, next, error))
    if isinstance(error, NotAdmitted):
        return _quiet(refused.leave(request, error, client.label))
    response = see_other(request, oauth_start.PAGES[intent])
    return _quiet(notices.leave(request, response, error, provider=client.label, ref=request.state.request_id))


def _quiet(response: Response) -> Response:
    """The address of this answer holds a code: it goes nowhere as a referrer."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


ARRIVALS: Final = {
    "login": arrive,
    "signup": arrive,
    "link": oauth_inside.arrive_to_link,
    "confirm": oauth_inside.arrive_to_confirm,
}
routes = [form_route("/oauth/{provider}/callback", callback, posted)]

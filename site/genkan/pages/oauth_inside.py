"""How does a person who is logged in go to a provider and come back? To link it, or to show that it is them (confirm)."""

from typing import Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from genkan import log
from genkan.accounts import attempt, confirm, ways
from genkan.accounts.attempt import Attempt
from genkan.errors import GenkanError, ProviderCancelled, ProviderFailed, SessionChanged
from genkan.oauth import Client, Profile
from genkan.web import notices, session, visitor
from genkan.web.redirects import HOME, see_other
from genkan.web.session import Person

# The intents that belong to a session → the page that they are begun on, and come back to where they fail.
PAGES: Final = {"link": "/account/security", "confirm": "/account/confirm"}
SAID: Final = {ProviderCancelled: "cancelled there", ProviderFailed: "failed there"}


def url(request: Request, person: Person, intent: str, provider: str, next: str = HOME) -> str:
    """Of a link on our own pages: its ticket is worth something in this session only, for this and nothing else."""
    services = request.app.state.services
    query = {
        "intent": intent,
        "ticket": attempt.ticket(
            services, session_id=person.session_id, intent=intent, provider=provider, now=request.app.state.now()
        ),
    }
    return f"/oauth/{provider}?{urlencode(query | ({} if next == HOME else {'next': next}), safe='/')}"


def page(intent: str, next: str = HOME) -> str:
    return PAGES[intent] if intent == "link" or next == HOME else f"{PAGES[intent]}?next={quote(next, safe='/')}"


async def hindrance(request: Request, client: Client, intent: str, ticket: str) -> Response | None:
    """Where whoever may not set out is sent instead; None for who may."""
    person = await session.person(request)
    if person is None:
        return notices.leave(request, see_other(request, f"/login?next={PAGES[intent]}"), "login needed")
    if not attempt.is_ticket(
        request.app.state.services, ticket, session_id=person.session_id, intent=intent, provider=client.name
    ):
        return see_other(request, PAGES[intent])
    if intent == "link" and not session.is_confirmed(request, person):
        return see_other(request, page("confirm", PAGES["link"]))
    return None


async def same_person(request: Request, found: Attempt) -> Person:
    """Whoever is signed in, if it is in the session that set out. Raises SessionChanged."""
    person = await session.person(request)
    if person is None or person.session_id != found.session_id:
        raise SessionChanged
    return person


async def arrive_to_link(request: Request, client: Client, found: Attempt, profile: Profile) -> Response:
    person = await same_person(request, found)
    added = await ways.link(
        request.app.state.services,
        visitor.of(request),
        profile,
        user_id=person.id,
        session_id=person.session_id,
        label=client.label,
        now=request.app.state.now(),
    )
    log.event("linked", method=client.name, user=person.id)
    response = see_other(request, PAGES["link"])
    return notices.leave(request, response, "linked" if added else "linked already", provider=client.label)


async def arrive_to_confirm(request: Request, client: Client, found: Attempt, profile: Profile) -> Response:
    person = await same_person(request, found)
    await confirm.by_profile(
        request.app.state.services,
        visitor.of(request),
        profile,
        user_id=person.id,
        session_id=person.session_id,
        now=request.app.state.now(),
    )
    return confirmed(request, person, client.name, found.next)


def confirmed(request: Request, person: Person, method: str, next: str) -> Response:
    """On to where the person wanted; what they wanted to do on the page of their ways in, they have to begin again there."""
    log.event("confirmed", method=method, user=person.id)
    response = see_other(request, next)
    return notices.leave(request, response, "confirmed") if next == PAGES["link"] else response


async def failed(request: Request, client: Client, intent: str, next: str, error: GenkanError) -> Response:
    """Back to the page that it was begun on, or to /login for whoever is not logged in any more."""
    where = "/login" if await session.person(request) is None else page(intent, next)
    values = error.values | {"provider": client.label, "ref": request.state.request_id}
    said = {name: str(value) for name, value in values.items()}
    return notices.leave(request, see_other(request, where), SAID.get(type(error), error), **said)

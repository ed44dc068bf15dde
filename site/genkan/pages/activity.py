"""/account/activity: what happened to an account in the last 90 days? In words, the newest first, by days."""

import json
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.accounts import events
from genkan.accounts.events import Event
from genkan.errors import BadRequest, Message
from genkan.web import forms, session, show
from genkan.web.devices import place
from genkan.web.session import Person

DAY: Final = 86_400  # seconds
CURSOR_LASTS: Final = DAY
NOTHING: Final = dict.fromkeys(("way", "old", "new", "new_email", "provider_label", "device", "count"), "–")
# One for each of events.KINDS; "kind password" where a password says it in other words than a provider.
SENTENCES: Final[dict[str, str]] = {
    "signup": "This account was created.",
    "login": "Logged in with %(way)s.",
    "login password": "Logged in with a password.",
    "login_new_device": "Logged in with %(way)s, in a browser that was new to this account.",
    "login_new_device password": "Logged in with a password, in a browser that was new to this account.",
    "login_blocked": "Too many wrong passwords. Logging in from there was blocked for a few minutes.",
    "logout": "Logged out.",
    "confirmed": "Confirmed that it was you.",
    "name_changed": "The name was changed.",
    "username_changed": "The username was changed from %(old)s to %(new)s.",
    "email_proven": "The email address was confirmed.",
    "email_changed": "The email address was changed to %(new_email)s.",
    "password_changed": "The password was changed.",
    "password_set": "A password was set.",
    "way_added": "%(provider_label)s was added as a way to log in.",
    "way_removed": "%(provider_label)s was removed as a way to log in.",
    "recovered": "The password was reset.",
    "session_ended": "Another device was logged out: %(device)s.",
    "sessions_ended": "All other devices were logged out: %(count)s.",
    "undone": "A change was taken back.",
    "data_downloaded": "The data of this account was downloaded.",
    "leaving": "The account was closed, to be deleted after 14 days.",
    "stayed": "The account was kept after all.",
    "created_by_team": "The people who run this site created this account.",
    "disabled_by_team": "The people who run this site suspended this account.",
    "enabled_by_team": "The people who run this site opened this account again.",
    "sessions_ended_by_team": "The people who run this site logged out devices: %(count)s.",
    "recovery_sent_by_team": "The people who run this site sent a link to set a new password.",
    "password_ended_by_team": "The people who run this site ended the password.",
    "admin_given_by_team": "This account may look after everybody’s accounts from now on.",
    "admin_taken_by_team": "This account may not look after everybody’s accounts any more.",
}


@session.signed_in
async def show_activity(request: Request, person: Person) -> Response:
    before = _opened(request, forms.query(request, ("before",))["before"])
    found, after = await events.of_user(
        request.app.state.services, person.id, now=request.app.state.now(), before=before
    )
    days = [(day, [_item(request, each) for each in of_day]) for day, of_day in groupby(found, _day)]
    older = request.app.state.cursor_seal.close(list(after)) if after else None
    return show.page(request, "activity", {"days": days, "older": older, "is_first": before is None})


def sentence(kind: str, details: dict[str, Any]) -> Message:
    """What happened, in words. details: as they were recorded; what is missing is a dash."""
    method = details.get("method")
    name = f"{kind} {method}" if f"{kind} {method}" in SENTENCES else kind
    return Message(SENTENCES[name], NOTHING | {name: value for name, value in details.items() if value})


def described(request: Request, event: Event) -> dict[str, object]:
    """An event as templates show it, but for its time."""
    details = json.loads(event.details)
    client = request.app.state.clients.get(details.get("method"))
    details["way"] = client.label if client else str(details.get("method", "")).capitalize()
    return {
        "said": sentence(event.kind, details),
        "name": event.browser,
        "address": event.address,
        "place": place(event.address),
    }


def _item(request: Request, event: Event) -> dict[str, object]:
    return described(request, event) | {"at": f"{datetime.fromtimestamp(event.happened_at, UTC):%H:%M}"}


def _day(event: Event) -> int:
    """Its first second, UTC."""
    return event.happened_at // DAY * DAY


def _opened(request: Request, cursor: str) -> tuple[int, str] | None:
    """Where a page begins. Only what we sealed ourselves counts. Raises BadRequest."""
    if not cursor:
        return None
    found: Any = request.app.state.cursor_seal.open(cursor, seconds=CURSOR_LASTS)
    if found is None:
        raise BadRequest
    return found[0], found[1]


routes = [Route("/account/activity", show_activity, methods=["GET"])]

"""/admin/acts: what did the team do to accounts? In words, the newest first, page by page; of all, or of one."""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import acts, directory
from genkan.accounts.acts import PAGE, Act
from genkan.errors import GenkanError, Message, NobodyMatches, NoSuchUser, NotFound
from genkan.web import forms, show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.devices import place
from genkan.web.forms import Form
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person

ID: Final = re.compile(r"[A-Za-z0-9_-]{22}")  # of an account, also of one that is gone
NOTHING: Final = {"count": "–"}
# One for each of acts.KINDS.
SENTENCES: Final[dict[str, str]] = {
    "created": "Account created",
    "disabled": "Account suspended",
    "enabled": "Suspension lifted",
    "deleted": "Account deleted",
    "sessions_ended": "Sessions ended: %(count)s",
    "everybody_logged_out": "All sessions of everybody ended: %(count)s",
    "recovery_sent": "Recovery email sent",
    "password_ended": "Password ended",
    "admin_given": "Made an administrator",
    "admin_taken": "No administrator any more",
    "imported": "Accounts imported: %(count)s",
    "exported": "Accounts exported: %(count)s",
    "invitation_created": "Invitation created",
    "invitation_withdrawn": "Invitation withdrawn",
}


def form() -> Form:
    return forms.blank("acts-form", account="acts-account")


@for_admins
async def show_acts(request: Request, person: Person) -> Response:
    return show.page(request, "admin_acts", await _context(request, form()))


@for_admins
async def choose(request: Request, person: Person) -> Response:
    """Whose acts. By POST, so that no address comes to stand in an address line."""
    typed = (await forms.read(request, ("account",)))["account"].strip()
    try:
        id = await _meant(request, typed) if typed else ""
    except GenkanError as error:
        shown = form().filled({"account": typed}).refused(error)
        return show.form_again(request, "admin_acts", error, await _context(request, shown))
    return see_other(request, f"/admin/acts?account={id}" if id else "/admin/acts")


async def listed(
    request: Request, *, subject_id: str | None = None, after: str | None = None, most: int = PAGE
) -> tuple[list[dict[str, object]], str | None]:
    """One page of acts as templates show them, and where the next one begins; None where there is none."""
    services = request.app.state.services
    found = await acts.page(services, after=after, most=most + 1, subject_id=subject_id)
    shown = found[:most]
    names = await names_of(request, (id for each in shown for id in (each.actor_id, each.subject_id)))
    return [_row(each, names) for each in shown], found[most - 1].cursor if len(found) > most else None


async def names_of(request: Request, ids: Iterable[str | None]) -> dict[str, str | None]:
    """Of each account its name; None where it is gone."""
    return {id: await _name(request, id) for id in dict.fromkeys(ids) if id}


def who(id: str | None, names: dict[str, str | None]) -> dict[str, str | None] | None:
    """An account as templates name it; None for none."""
    return {"id": id, "name": names[id]} if id else None


def sentence(kind: str, details: dict[str, Any]) -> Message:
    return Message(SENTENCES[kind], NOTHING | details)


async def _meant(request: Request, typed: str) -> str:
    """The id of the one account. Raises NobodyMatches, SeveralUsers."""
    try:
        return (await directory.the_one(request.app.state.services, typed)).id
    except NoSuchUser:
        if ID.fullmatch(typed):
            return typed
        raise NobodyMatches from None


async def _context(request: Request, shown: Form) -> dict[str, object]:
    asked = forms.query(request, ("account", "after"))
    id = asked["account"]
    if id and not ID.fullmatch(id):
        raise NotFound
    found, older = await listed(request, subject_id=id or None, after=asked["after"] or None)
    account = {"id": id, "name": await _name(request, id)} if id else None
    return {"form": shown, "account": account, "acts": found, "older": older, "is_first": not asked["after"]}


async def _name(request: Request, id: str) -> str | None:
    """None where the account is gone."""
    found = await directory.one(request.app.state.services, id)
    return found.name if found else None


def _row(act: Act, names: dict[str, str | None]) -> dict[str, object]:
    return {
        "said": sentence(act.kind, json.loads(act.details)),
        "at": act.happened_at,
        "who": who(act.actor_id, names),
        "subject": who(act.subject_id, names),
        "address": act.address,
        "place": place(act.address),
    }


routes = [form_route("/admin/acts", show_acts, choose, kind=AdminRoute)]

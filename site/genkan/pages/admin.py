"""/admin: which accounts are there? The newest first, or those that were looked for."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from genkan.accounts import directory
from genkan.accounts.directory import MOST, Entry
from genkan.web import forms, show
from genkan.web.admins import AdminRoute, for_admins
from genkan.web.forms import Form
from genkan.web.redirects import see_other
from genkan.web.routes import form_route
from genkan.web.session import Person

PAGE: Final = 50  # accounts


def form() -> Form:
    return forms.blank("search-form", q="account-search")


@for_admins
async def show_accounts(request: Request, person: Person) -> Response:
    """found: the ids of those that a search found; an address line holds nothing else of anybody."""
    asked = forms.query(request, ("after", "found"))
    if asked["found"]:
        return _page(request, await _of_ids(request, asked["found"].split(".")[:MOST]), is_search=True)
    found = await directory.page(request.app.state.services, after=asked["after"] or None, most=PAGE + 1)
    older = found[PAGE - 1].cursor if len(found) > PAGE else None
    return _page(request, found[:PAGE], older=older, is_first=not asked["after"])


@for_admins
async def search(request: Request, person: Person) -> Response:
    """By POST, so that no name and no address comes to stand in an address line. To the one account, or to the list of several."""
    typed = await forms.read(request, ("q",))
    found = await directory.find(request.app.state.services, typed["q"])
    if len(found) == 1:
        return see_other(request, f"/admin/users/{found[0].id}")
    if found:
        return see_other(request, f"/admin?found={'.'.join(each.id for each in found)}")
    if not typed["q"].strip():
        return see_other(request, "/admin")
    return _page(request, [], shown=form().filled(typed), is_search=True)


async def _of_ids(request: Request, ids: list[str]) -> list[Entry]:
    found = [await directory.one(request.app.state.services, id) for id in ids]
    return [each for each in found if each is not None]


def _page(
    request: Request,
    users: list[Entry],
    *,
    shown: Form | None = None,
    is_search: bool = False,
    older: str | None = None,
    is_first: bool = True,
) -> Response:
    context = {"users": users, "is_search": is_search, "older": older, "is_first": is_first}
    signup = request.app.state.settings.signup
    return show.page(request, "admin", {"form": shown or form(), "signup": signup, **context})


routes = [form_route("/admin", show_accounts, search, kind=AdminRoute)]

"""What do tests of the pages for admins share? An admin who signed up like anybody, and was made one by a command."""

import re
from collections.abc import Iterator

import httpx2
from account_life import id_of
from entrance import Browser
from genkan.accounts import administration
from genkan.accounts.acts import COMMAND
from starlette.applications import Starlette
from starlette.routing import Route

ADMIN = "aiko"
NOWHERE = "/nothing-is-here"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


async def sign_up_admin(app: Starlette, browser: Browser, username: str = ADMIN) -> str:
    """Their id."""
    await browser.sign_up(username, name="Aiko Example")
    id = await id_of(app, username)
    await administration.set_admin(app.state.services, COMMAND, id, True, now=app.state.now())
    return id


def routes_of_admins(app: Starlette) -> list[Route]:
    return [each for each in app.routes if isinstance(each, Route) and each.path.startswith("/admin")]


def addresses_of_admins(app: Starlette, user_id: str, session_id: str) -> Iterator[str]:
    """Every page for admins, of one account; and what is below them and is none."""
    for route in routes_of_admins(app):
        path = route.path.replace("{session_id}", session_id).replace("{act}", "disable")
        yield path.replace("/users/{id}", f"/users/{user_id}").replace("{id}", "A" * 22)
    yield from ("/admin/", "/admin/nothing", f"/admin/users/{user_id}/nothing")


def told(answer: httpx2.Response) -> tuple[object, ...]:
    """All that an answer tells, but for its reference and the address that was asked for."""
    path = answer.request.url.path
    text = re.sub(r"Reference: \w+", "", answer.text).replace(path, "(path)")
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "content-length")
    return answer.status_code, headers, text

"""How do tests close the doors? Sites with other rules, and invitations to them."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from entrance import Browser, Clock, running, settings_for
from genkan.accounts import invitations
from genkan.accounts.acts import COMMAND
from genkan.accounts.invitations import Invited
from starlette.applications import Starlette


class Site(NamedTuple):
    app: Starlette
    browser: Browser
    other: Browser


@contextlib.asynccontextmanager
async def site(database_url: str, clock: Clock | None = None, **rules: Any) -> AsyncIterator[Site]:
    """A site with these settings, and two browsers."""
    async with (
        running(settings_for(database_url, **rules), clock=clock) as app,
        Browser(app) as browser,
        Browser(app) as other,
    ):
        yield Site(app, browser, other)


async def invite(app: Starlette, *, email: str | None = None, most: int = 1, lasts: int = 86_400) -> Invited:
    return await invitations.create(
        app.state.services, COMMAND, note="for a test", email=email, most=most, lasts=lasts, now=app.state.now()
    )

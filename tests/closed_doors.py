"""How do tests close the doors? Sites with other rules, and invitations to them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from entrance import NOW, Browser, Clock, running, settings_for
from genkan import furnished
from genkan.accounts import invitations
from genkan.accounts.acts import COMMAND
from genkan.accounts.hashing import Hasher
from genkan.accounts.invitations import Invited
from genkan.keys import Keys
from genkan.settings import Settings
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


def invite_at(settings: Settings) -> str:
    """The path of an invitation to a site that runs elsewhere; a browser's fixture may hold the loop of this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _invite_at(settings)).result()


async def _invite_at(settings: Settings) -> str:
    services = furnished.services(settings, Keys.derive(settings.secret_key), Hasher())
    await services.db.connect()
    made = await invitations.create(services, COMMAND, note="", email=None, most=1, lasts=86_400, now=NOW)
    await services.db.disconnect()
    services.hasher.close()
    return made.link or ""

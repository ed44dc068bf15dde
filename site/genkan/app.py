"""How is the server put together? Routes, middleware and state: joined here and nowhere else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from genkan import clock, log, oauth
from genkan.accounts import sweep
from genkan.accounts.hashing import Hasher
from genkan.accounts.services import Limits, Services
from genkan.accounts.tokens import Tokens
from genkan.db import Database, DatabaseUnavailable, prepare
from genkan.dev import provider
from genkan.errors import GenkanError
from genkan.keys import Keys
from genkan.pages import (
    account,
    health,
    home,
    login,
    logout,
    oauth_callback,
    oauth_finish,
    oauth_start,
    signup,
    well_known,
)
from genkan.settings import Settings
from genkan.web import assets, faults
from genkan.web.entry import Entry
from genkan.web.render import Renderer
from genkan.web.sealed import Seal

ROOT: Final = Path(__file__).parents[2]
MOST_BYTES: Final = 65_536  # of a request's body
SWEEP_EVERY: Final = 300  # seconds

# The most asked for first: routes are tried in this order.
PAGES: Final = (account, login, home, signup, oauth_finish, oauth_callback, oauth_start, logout, health, well_known)


def create_app(
    settings: Settings,
    *,
    now: Callable[[], int] = clock.now,
    hasher: Hasher | None = None,
    transport: oauth.OpenTransport = oauth.open_transport,
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """The ASGI app. It connects and prepares its database when its lifespan begins.

    routes: pages of your own. now: unix seconds; hasher, transport: the outside world, for whoever wants another one.
    """
    app = Starlette(
        routes=[*_routes(settings), *routes],
        middleware=[Middleware(Entry, settings=settings, most_bytes=MOST_BYTES)],
        exception_handlers={
            GenkanError: faults.on_refusal,
            DatabaseUnavailable: faults.on_unavailable,
            HTTPException: faults.on_http,
        },
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False  # it would redirect to whatever Host says
    app.state.open_transport = transport
    _furnish(app, settings, now, hasher or Hasher())
    return app


def _routes(settings: Settings) -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for page in PAGES:
        routes += page.routes
    return [*routes, assets.route, *(provider.routes if settings.dev_provider else [])]


def _furnish(app: Starlette, settings: Settings, now: Callable[[], int], hasher: Hasher) -> None:
    keys = Keys.derive(settings.secret_key, settings.secret_key_previous)
    app.state.settings = settings
    app.state.now = now
    app.state.services = Services(
        db=Database(settings.database_url),
        hasher=hasher,
        tokens=Tokens(keys, settings.base_url),
        limits=Limits(
            login_tries_per_account=settings.login_tries_per_account,
            login_tries_per_address=settings.login_tries_per_address,
            signups_per_address=settings.signups_per_address,
            oauth_starts_per_address=settings.oauth_starts_per_address,
        ),
        digest_key=keys.digesting,
        password_min_length=settings.password_min_length,
        site_words=(settings.site_name, "genkan", urlsplit(settings.base_url).hostname or ""),
    )
    app.state.notice_seal = Seal(keys.sealing, "notice")
    app.state.known_seal = Seal(keys.sealing, "known browser")
    app.state.renderer = Renderer(settings, ROOT)
    app.state.used_codes = {}


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    state = app.state
    await state.services.db.connect()
    await prepare(state.services.db, ROOT / "schema.sql", state.now())
    sweeper = asyncio.create_task(_sweep(app))
    async with state.open_transport() as transport:
        state.clients = _clients(app, transport)
        yield
    sweeper.cancel()
    state.services.hasher.close()
    await state.services.db.disconnect()


def _clients(app: Starlette, transport: httpx2.AsyncBaseTransport) -> Mapping[str, oauth.Client]:
    settings: Settings = app.state.settings
    if not settings.dev_provider:
        return oauth.clients(settings, transport)
    providers = (*settings.providers, provider.client_settings(settings))
    inside = provider.InProcess(app, settings.base_url, transport)
    return oauth.clients(replace(settings, providers=providers), inside)


async def _sweep(app: Starlette) -> None:
    """Throw away what has run out, now and then; a sweep that fails is only tried again later."""
    while True:
        try:
            await sweep.ended(app.state.services.db, now=app.state.now())
        except DatabaseUnavailable as error:
            log.failure("sweep failed", error)
        await asyncio.sleep(SWEEP_EVERY)

"""How is the server put together? Routes, middleware and state: joined here and nowhere else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx2
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute

from genkan import clock, furnished, log, mail, oauth
from genkan.accounts import leaving, sweep
from genkan.accounts.hashing import Hasher, cores
from genkan.db import DatabaseUnavailable, prepare
from genkan.dev import changes, corner, provider, template_error
from genkan.dev import mail as dev_mail
from genkan.dev.gallery import table as gallery
from genkan.errors import AccountLeaving, GenkanError
from genkan.keys import Keys
from genkan.pages import sensitive, stay, table
from genkan.postman import USUAL, Mailbox, Pace, Postman
from genkan.settings import Settings
from genkan.web import assets, faults
from genkan.web.entry import Entry
from genkan.web.front import Front
from genkan.web.render import Renderer
from genkan.web.sealed import Seal

ROOT: Final = Path(__file__).parents[2]
WATCHED: Final = (ROOT / "templates", ROOT / "static")  # in development
SWEEP_EVERY: Final = 300  # seconds


def create_app(
    settings: Settings,
    *,
    now: Callable[[], int] = clock.now,
    hasher: Hasher | None = None,
    transport: oauth.OpenTransport = oauth.open_transport,
    routes: Sequence[BaseRoute] = (),
    pace: Pace = USUAL,
) -> Starlette:
    """The ASGI app. It connects and prepares its database when its lifespan begins.

    routes: pages of your own. now: unix seconds; hasher, transport: the outside world, for whoever wants another one.
    pace: of the mails.
    """
    app = Starlette(
        routes=[*_routes(settings), *routes],
        middleware=[Middleware(Entry, settings=settings, **_tools(settings))],
        exception_handlers={
            GenkanError: faults.on_refusal,
            DatabaseUnavailable: faults.on_unavailable,
            HTTPException: faults.on_http,
            ClientDisconnect: faults.on_gone,
            AccountLeaving: stay.on_leaving,
        },
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False  # it would redirect to whatever Host says
    app.state.open_transport = transport
    app.state.pace = pace
    app.state.is_stopping = False  # the server says when nobody takes its place
    _furnish(app, settings, now, hasher or Hasher(threads=max(1, cores() // settings.workers)))
    return app


def _routes(settings: Settings) -> list[BaseRoute]:
    routes: list[BaseRoute] = []
    for page in (*table.PAGES, *(table.PAGES_WITH_MAIL if settings.can_mail else ()), *table.PAGES_AFTER):
        routes += page.routes
    routes = sensitive.locked(routes)
    if not settings.is_production:
        routes += [*dev_mail.routes, *gallery.routes]
    if settings.dev_tools:
        routes += changes.routes
    return [*routes, assets.route, *(provider.routes if settings.dev_provider else [])]


def _tools(settings: Settings) -> dict[str, Any]:
    """What the entry does for designers, in development."""
    shown = {} if settings.is_production else {"last_resort": template_error.last_resort}
    return shown | ({"unlogged": frozenset({changes.PATH})} if settings.dev_tools else {})


def _furnish(app: Starlette, settings: Settings, now: Callable[[], int], hasher: Hasher) -> None:
    keys = Keys.derive(settings.secret_key, settings.secret_key_previous, settings.secret_key_since)
    app.state.settings = settings
    app.state.now = now
    app.state.services = furnished.services(settings, keys, hasher)
    _seal(app, keys)
    app.state.front = Front()
    app.state.used_codes = {}
    _show(app)


def _show(app: Starlette) -> None:
    app.state.renderer = Renderer(app.state.settings, ROOT)
    if app.state.settings.dev_tools:
        changes.furnish(app)
        corner.furnish(app)


def _seal(app: Starlette, keys: Keys) -> None:
    """What browsers keep for us, each purpose under its own seal."""
    app.state.notice_seal = Seal(keys.sealing, "notice", keys.since)
    app.state.cursor_seal = Seal(keys.sealing, "activity cursor", keys.since)
    app.state.stay_seal = Seal(keys.sealing, "stay", keys.since)
    app.state.known_seal = Seal(keys.sealing, "known browser", keys.since)


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    state = app.state
    await state.services.db.connect()
    await prepare(state.services.db, ROOT / "schema.sql", state.now())
    sweeper = asyncio.create_task(_sweep(app))
    async with state.open_transport() as transport, _mailing(app), _watching(app):
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


def _mailing(app: Starlette) -> contextlib.AbstractAsyncContextManager[None]:
    """Mails are sent; in development they only stay to be looked at, whatever is set."""
    state, settings = app.state, app.state.settings
    if not settings.can_mail:
        return contextlib.nullcontext()
    is_sent = settings.is_production
    server = mail.Server(settings.smtp_url, settings.mail_from.rpartition("@")[2]) if is_sent else Mailbox()
    return Postman(state.services, state.renderer, server, state.now, state.pace).at_work()


def _watching(app: Starlette) -> contextlib.AbstractAsyncContextManager[None]:
    settings: Settings = app.state.settings
    folders = (*WATCHED, settings.brand_dir) if settings.brand_dir else WATCHED
    return changes.watching(app, folders) if settings.dev_tools else contextlib.nullcontext()


async def _sweep(app: Starlette) -> None:
    """Throw away what has run out, now and then; a sweep that fails is only tried again later."""
    while True:
        try:
            await sweep.ended(app.state.services.db, now=app.state.now())
            await leaving.purge(app.state.services, now=app.state.now())
        except DatabaseUnavailable as error:
            log.failure("sweep failed", error)
        await asyncio.sleep(SWEEP_EVERY)

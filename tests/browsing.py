"""How do tests drive a real browser? A server on a real socket in this process, and Chromium beside it."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from entrance import Clock, quick_hasher, settings_for
from genkan.app import create_app
from genkan.server import ConnectionLimits, Server, configured
from genkan.settings import Settings
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
GIVEN_UP = "Transition was"  # … skipped, or aborted: Chromium's word of a view transition that came too late; the page is there
# The browser keeps its connections as long as it lives, and a site that stops would wait for it.
QUICK_TO_LEAVE = ConnectionLimits(linger_time=0.05, parting_time=0.0)


def free_socket() -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", 0))
    bound.listen(2048)
    return bound


@contextlib.contextmanager
def serving(app: ASGIApp, bound: socket.socket, limits: ConnectionLimits | None = None) -> Iterator[Server]:
    """The app on a socket, by a thread of its own, as run.py would serve it."""
    server = Server(configured(app, limits or ConnectionLimits()))
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        thread.join(0.01)
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join(20)


@contextlib.contextmanager
def site_at(database_url: str, routes: Sequence[BaseRoute] = (), **changes: Any) -> Iterator[Settings]:
    """A site that runs. routes: pages besides its own; changes: of its settings."""
    bound = free_socket()
    settings = settings_for(database_url, base_url=f"http://127.0.0.1:{bound.getsockname()[1]}", **changes)
    with serving(create_app(settings, hasher=quick_hasher(), now=Clock(), routes=routes), bound, QUICK_TO_LEAVE):
        yield settings


@pytest.fixture
def site(sqlite_url: str) -> Iterator[str]:
    """The address of a site that runs."""
    with site_at(sqlite_url) as settings:
        yield settings.base_url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    path = os.environ.get("GENKAN_TEST_CHROMIUM")
    if not path:
        pytest.fail("There is no browser for the tests: run them by `python3 run.py test`, which finds one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def tab(chromium: Chromium, **options: Any) -> Iterator[Page]:
    """A new person's browser. What it complains of on the way (scripts, the security policy) fails the test."""
    context = chromium.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: None if GIVEN_UP in str(error) else complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    yield page
    context.close()
    assert not complaints, complaints


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def page(request: pytest.FixtureRequest, chromium: Chromium) -> Iterator[Page]:
    with tab(chromium, java_script_enabled=request.param) as page:
        yield page

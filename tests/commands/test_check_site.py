"""Does `run.py check` see the site as people reach it? Real sites behind real certificates, and what is no site of ours. (N13)"""

import asyncio
import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from browsing import free_socket
from certificates import DAY, NOW, certificate
from checked import RANDOM, around, looked, said, wrong
from entrance import quick_hasher, settings_for
from genkan.app import create_app
from genkan.commands.checks import address, reached
from genkan.commands.checks.asking import NoAnswer, get
from genkan.commands.checks.finding import Finding
from genkan.keys import Keys
from genkan.settings import from_environment
from hostile import hang
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from test_settings import PRODUCTION

PATH = "/.well-known/jwks.json"


async def ours(request: Request) -> Response:
    return JSONResponse({"keys": [{"kid": Keys.derive(RANDOM).kids[0]}]})


async def anothers(request: Request) -> Response:
    return JSONResponse({"keys": [{"kid": "another"}]})


@contextlib.contextmanager
def site(
    folder: Path, endpoint: Any, *, until: datetime.datetime = NOW + 90 * DAY
) -> Iterator[tuple[str, ssl.SSLContext]]:
    """A site behind TLS: its address, and who believes it."""
    bound = free_socket()
    with encrypted(Starlette(routes=[Route("/{rest:path}", endpoint)]), bound, folder, until) as tls:
        yield address_of(bound), tls


@contextlib.contextmanager
def encrypted(app: ASGIApp, bound: socket.socket, folder: Path, until: datetime.datetime) -> Iterator[ssl.SSLContext]:
    files = certificate(folder, "127.0.0.1", until=until)
    config = uvicorn.Config(app, ssl_certfile=files[0], ssl_keyfile=str(files[1]), log_config=None)
    config.load()
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield ssl.create_default_context(cafile=str(files[0]))
    server.should_exit = server.force_exit = True
    thread.join(10)


def address_of(bound: socket.socket) -> str:
    return f"https://127.0.0.1:{bound.getsockname()[1]}"


def asked(root: Path, url: str, tls: ssl.SSLContext | None = None, **changes: Any) -> list[Finding]:
    return looked(reached.findings, around(root, base_url=url, tls=tls, **changes))


@pytest.mark.parametrize(("secret", "state"), [(RANDOM, []), (RANDOM[::-1], [("site.same", "fault")])])
def test_the_real_site_is_known_by_its_key(
    secret: bytes, state: list[tuple[str, str]], tmp_path: Path, sqlite_url: str
) -> None:
    bound = free_socket()
    about = {"environment": "production", "base_url": address_of(bound), "secret_key": secret, "dev_provider": False}
    app = create_app(settings_for(sqlite_url, **about), hasher=quick_hasher())
    with encrypted(app, bound, tmp_path, NOW + 90 * DAY) as tls:
        assert wrong(asked(tmp_path, address_of(bound), tls)) == state


def test_our_own_site_is_known_by_its_key(tmp_path: Path) -> None:
    with site(tmp_path, ours) as (url, tls):
        found = asked(tmp_path, url, tls)
    assert [(each.name, each.state) for each in found] == [("site.reachable", "ok"), ("site.certificate", "ok")]
    assert "another 89 days" in said(found, "site.certificate")


@pytest.mark.parametrize(
    ("endpoint", "name", "words"),
    [
        (anothers, "site.same", "another SECRET_KEY"),
        (lambda request: PlainTextResponse("Welcome to the proxy!"), "site.reachable", "is not this site (status 200)"),
        (lambda request: PlainTextResponse("x" * 70_000), "site.reachable", "is not this site"),
        (lambda request: JSONResponse(["no", "keys"]), "site.reachable", "is not this site"),
        (lambda request: PlainTextResponse("Bad gateway", 502), "site.reachable", "(status 502)"),
        (hang, "site.reachable", "does not answer"),
    ],
)
def test_who_else_answers_there_is_told(endpoint: Any, name: str, words: str, tmp_path: Path) -> None:
    with site(tmp_path, endpoint) as (url, tls):
        found = asked(tmp_path, url, tls, patience=0.7)
    assert wrong(found) == [(name, "fault")]
    assert words in said(found, name)


def test_a_certificate_that_is_not_trusted_or_ends_soon_is_told(tmp_path: Path) -> None:
    with site(tmp_path, ours, until=NOW + 3 * DAY) as (url, tls):
        assert wrong(asked(tmp_path, url, tls)) == [("site.certificate", "warning")]
        assert wrong(asked(tmp_path, url)) == [("site.certificate", "fault")]
    with site(tmp_path, ours, until=NOW - DAY) as (url, tls):
        found = asked(tmp_path, url, tls)
    assert "has expired" in said(found, "site.certificate")


def test_nobody_there_is_told_and_offline_nobody_is_asked(tmp_path: Path) -> None:
    with free_socket() as gone:
        url = f"https://127.0.0.1:{gone.getsockname()[1]}"
    assert wrong(asked(tmp_path, url)) == [("site.reachable", "fault")]
    assert [each.state for each in asked(tmp_path, url, online=False)] == ["skipped"]
    assert asked(tmp_path, url, environment="development") == []


@contextlib.contextmanager
def plain(endpoint: Any) -> Iterator[str]:
    bound = free_socket()
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=[Route("/{rest:path}", endpoint)]), log_config=None))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(10)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (RedirectResponse("https://id.shop.test/login", 308), "ok"),
        (RedirectResponse("https://else.test/login"), "warning"),
        (PlainTextResponse("in the open"), "warning"),
    ],
)
def test_http_has_to_lead_to_https(answer: Response, state: str, tmp_path: Path) -> None:
    async def endpoint(request: Request) -> Response:
        return answer

    with plain(endpoint) as url:
        found = asyncio.run(reached._led(around(tmp_path), f"{url}/login"))
        if state == "ok":
            content = asyncio.run(get(around(tmp_path), url))
            assert (content.status, content.certificate_ends) == (308, None)
            assert reached._certificate(content, 0) == []
    assert (found.name, found.state) == ("site.http", state)


def test_a_name_that_nobody_knows_has_no_http_either(tmp_path: Path) -> None:
    found = asked(tmp_path, "https://id.shop.invalid")
    assert [(each.name, each.state) for each in found] == [("site.reachable", "fault"), ("site.http", "ok")]
    assert asyncio.run(reached._http(around(tmp_path, base_url="http://127.0.0.1"))) == []


def test_an_address_that_is_none_has_no_answer(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer) as raised:
        asyncio.run(get(around(tmp_path), "https://127.0.0.1:1/"))
    assert not raised.value.is_untrusted


# What can be told without asking.


def named(**changes: Any) -> list[Finding]:
    return looked(address.findings, around(Path(), **changes))


PROXY = from_environment(PRODUCTION | {"TRUSTED_PROXIES": "10.0.0.5"}).trusted_proxies


def test_an_address_that_is_in_order_says_so() -> None:
    assert wrong(named(trusted_proxies=PROXY, base_url="https://id.shop.jp")) == []
    assert wrong(named(environment="development")) == []


@pytest.mark.parametrize(
    ("changes", "name", "state"),
    [
        ({"base_url": "https://id.example.com"}, "site.address", "fault"),
        ({"base_url": "https://genkan.test"}, "site.address", "fault"),
        ({"base_url": "https://192.0.2.7"}, "site.address", "warning"),
        ({"cookie_domain": "other.jp"}, "site.cookie_domain", "fault"),
        ({"cookie_domain": "op.jp"}, "site.cookie_domain", "fault"),
        ({"trusted_proxies": ()}, "site.proxy", "warning"),
    ],
)
def test_an_address_that_is_not_is_told(changes: dict[str, Any], name: str, state: str) -> None:
    assert wrong(named(**{"base_url": "https://id.shop.jp", "trusted_proxies": PROXY} | changes)) == [(name, state)]


def test_a_domain_of_the_cookie_is_one_that_the_site_is_in() -> None:
    for domain in ("shop.jp", ".shop.jp", "id.shop.jp"):
        found = named(base_url="https://id.shop.jp", trusted_proxies=PROXY, cookie_domain=domain)
        assert ("site.cookie_domain", "ok") in [(each.name, each.state) for each in found]

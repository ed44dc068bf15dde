"""What do tests of pages share? An app on a real database, a clock they can set, and browsers without a window."""

import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any

import httpx2
import pytest
from genkan.accounts.hashing import Hasher
from genkan.app import create_app
from genkan.settings import ProviderSettings, Settings
from starlette.applications import Starlette

SECRET = hashlib.sha256(b"a secret of the tests").hexdigest().encode()  # one of words would be refused
NOW = 1_790_000_000
PASSWORD = "seven lanterns by the river"
BASE_URL = "http://127.0.0.1:8000"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def settings_for(database_url: str, **changes: Any) -> Settings:
    settings = Settings(
        environment="development",
        base_url=BASE_URL,
        secret_key=SECRET,
        database_url=database_url,
        dev_provider=True,
        login_tries_per_address=1000,
    )
    return replace(settings, **changes)


def quick_hasher() -> Hasher:
    """The real hashing at the least cost, for tests of other things."""
    return Hasher(memory_kib=8, time_cost=1)


@contextlib.asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None, **outside: Any) -> AsyncIterator[Starlette]:
    """The app between start and stop."""
    outside.setdefault("hasher", quick_hasher())
    app = create_app(settings, now=clock or Clock(), **outside)
    async with app.router.lifespan_context(app):
        yield app


class Browser(httpx2.AsyncClient):
    """A browser without a window: keeps cookies, follows nothing by itself, sends what a browser sends with a form."""

    def __init__(self, app: Starlette, **options: Any) -> None:
        base_url = app.state.settings.base_url
        # Exceptions are the app's to answer: one that escapes it fails the test.
        super().__init__(
            transport=httpx2.ASGITransport(app=app, raise_app_exceptions=True), base_url=base_url, **options
        )

    async def submit(self, path: str, **fields: str) -> httpx2.Response:
        return await self.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin", "Origin": self.origin})

    @property
    def origin(self) -> str:
        return str(self.base_url).rstrip("/")

    async def sign_up(self, username: str = "hanako", **changes: str) -> httpx2.Response:
        fields = {
            "name": "Hanako Yamada",
            "email": f"{username}@example.com",
            "username": username,
            "password": PASSWORD,
        }
        return await self.submit("/signup", **fields | changes)

    async def log_in(self, username: str = "hanako", password: str = PASSWORD, **more: str) -> httpx2.Response:
        return await self.submit("/login", username=username, password=password, **more)

    async def log_out(self) -> httpx2.Response:
        return await self.submit("/logout")

    async def is_signed_in(self) -> bool:
        return (await self.get("/account")).status_code == 200

    async def by_example_id(self, person: str, *, intent: str = "login", **authorize: str) -> httpx2.Response:
        """Through the built-in provider as one of its people; the last answer that is not the provider's."""
        start = await self.get(f"/oauth/example?intent={intent}")
        return await self.choose(start.headers["location"], person)

    async def choose(self, authorization_url: str, person: str) -> httpx2.Response:
        page = await self.get(authorization_url)
        assert page.status_code == 200, page.text
        return page


def set_cookies(answer: httpx2.Response) -> dict[str, Any]:
    """The cookies that an answer sets, with their attributes, by name."""
    found: SimpleCookie = SimpleCookie()
    for line in answer.headers.get_list("set-cookie"):
        found.load(line)
    return dict(found)


def words(answer: httpx2.Response) -> str:
    """The text of a page, without its tags, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return settings_for(database_url)


@pytest.fixture
async def app(settings: Settings, clock: Clock) -> AsyncIterator[Starlette]:
    async with running(settings, clock=clock) as app:
        yield app


@pytest.fixture
async def browser(app: Starlette) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def other_browser(app: Starlette) -> AsyncIterator[Browser]:
    async with Browser(app) as browser:
        yield browser


@pytest.fixture
async def in_production(sqlite_url: str) -> AsyncIterator[Starlette]:
    """The app as people meet it, with one provider."""
    settings = settings_for(sqlite_url, environment="production", base_url="https://id.example.com", dev_provider=False)
    async with running(replace(settings, providers=(provider("github"),))) as app:
        yield app


@pytest.fixture
async def stranger(in_production: Starlette) -> AsyncIterator[Browser]:
    """Who comes there for the first time."""
    async with Browser(in_production) as browser:
        yield browser


def provider(name: str, **changes: Any) -> ProviderSettings:
    return replace(ProviderSettings(name=name, client_id="our-client", client_secret="our-secret"), **changes)

"""Whatever a person does with their ways in, does one that works stay? Any sequence of acts, and then a real login by each. (LK-12)"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from entrance import NOW, PASSWORD, Browser, Clock, quick_hasher, running, settings_for
from genkan.accounts import ways
from genkan.accounts.digests import random_id
from genkan.records import user_authentications
from hostile import HostileProvider
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from ways_journeys import callback_of, start_url

NAMES = ("one", "two", "three")
Servers = dict[str, HostileProvider]

ACTS = st.one_of(
    st.tuples(st.just("password"), st.just("")),
    st.tuples(st.sampled_from(["link", "unlink", "unlink", "off", "on"]), st.sampled_from(NAMES)),
    st.tuples(st.just("unlink all at once"), st.just("")),
)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield {name: stack.enter_context(HostileProvider().running()) for name in NAMES}


class Life:
    """One person's account, changed as a person would, from the pages. number: of the example, so that nobody is met twice."""

    def __init__(self, app: Starlette, browser: Browser, servers: Servers, number: int) -> None:
        self.app, self.browser, self.servers = app, browser, servers
        self.clients = dict(app.state.clients)
        self.username = f"user{number}"
        self.sub = f"person-{number}"
        self.user_id = ""

    async def begin(self, way: str) -> None:
        if way == "password":
            await self.browser.sign_up(self.username)
            self.user_id = await self.id_of("user_authentications", "username_key", self.username)
        else:
            assert await self.comes_in_by(self.browser, way, "signup")
            self.user_id = await self.id_of("user_oauths", "identity", self.sub)

    async def id_of(self, table: str, column: str, key: str) -> str:
        return str(
            await self.app.state.services.db.value(f"SELECT user_id FROM {table} WHERE {column} = :key", key=key)
        )

    async def do(self, act: str, name: str) -> None:
        if act == "password":
            await self.set_password()
        elif act == "off":
            self.app.state.clients = {key: each for key, each in self.app.state.clients.items() if key != name}
        elif act == "on":
            self.app.state.clients = self.app.state.clients | {name: self.clients[name]}
        elif act == "link":
            await self.link(name)
        elif act == "unlink":
            await self.unlink(name)
        else:
            await asyncio.gather(*(self.unlink(each) for each in NAMES))

    async def set_password(self) -> None:
        await user_authentications.add(
            self.app.state.services.db,
            id=random_id(),
            user_id=self.user_id,
            username=self.username,
            username_key=self.username,
            password=await quick_hasher().hash(PASSWORD),
            now=NOW,
        )

    async def link(self, name: str) -> None:
        """Where the page offers it."""
        if f"/oauth/{name}?intent=link" in (await self.browser.get("/account/security")).text:
            url = (await self.browser.get(await start_url(self.browser, "link", provider=name))).headers["location"]
            await self.browser.get(self.callback(name, url))

    async def unlink(self, name: str) -> None:
        """Also where the page does not offer it."""
        assert (await self.browser.submit(f"/account/security/unlink/{name}")).status_code in (303, 404)

    def callback(self, name: str, url: str) -> str:
        server = self.servers[name]
        said = {"sub": self.sub, "email": f"{self.sub}@{name}.example"}
        server.misbehave(claims={"sub": self.sub}, userinfo=said)
        return callback_of(server, name, url)

    async def all(self) -> list[str]:
        return [way.method for way in await ways.of_user(self.app.state.services, self.user_id)]

    async def usable(self) -> list[str]:
        found = await ways.of_user(self.app.state.services, self.user_id)
        return [way.method for way in ways.usable(found, self.app.state.clients)]

    async def comes_in_by(self, browser: Browser, way: str, intent: str = "login") -> bool:
        """A real login, in a browser that has never been here."""
        if way == "password":
            await browser.log_in(self.username)
        else:
            url = (await browser.get(f"/oauth/{way}?intent={intent}")).headers["location"]
            await browser.get(self.callback(way, url))
        return await browser.is_signed_in()


async def lived(database_url: str, servers: Servers, number: int, first: str, acts: list[tuple[str, str]]) -> None:
    providers = tuple(server.settings(name=name) for name, server in servers.items())
    settings = settings_for(database_url, providers=providers, dev_provider=False)
    async with running(settings, clock=Clock()) as app, Browser(app) as browser:
        life = Life(app, browser, servers, number)
        await life.begin(first)
        for act, name in acts:
            had, before = await life.all(), await life.usable()
            await life.do(act, name)
            after = await life.usable()
            assert after or act == "off" or not before, (act, name, before)
            assert before or not act.startswith("unlink") or await life.all() == had, (act, name, had)
        for way in await life.usable():
            async with Browser(app) as newcomer:
                assert await life.comes_in_by(newcomer, way), way
                claims = app.state.services.tokens.read(newcomer.cookies["jwt"], now=NOW)
                assert claims is not None
                assert claims.sub == life.user_id


NUMBERS = iter(range(1, 1_000_000))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.sampled_from(["password", *NAMES]), acts=st.lists(ACTS, min_size=1, max_size=8))
def test_LK_12_whatever_a_person_does_a_way_in_that_works_is_left(
    database_url: str, servers: Servers, first: str, acts: list[tuple[str, str]]
) -> None:
    """A provider that the team switches off may be somebody's last: then nothing that they have can be taken away."""
    asyncio.run(lived(database_url, servers, next(NUMBERS), first, acts))

"""Can a page of one's own ask who is signed in? The example of the README, run."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from entrance import Browser, running, settings_for
from genkan.errors import SessionEnded
from genkan.web.session import Person, person, signed_in
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

pytestmark = pytest.mark.anyio
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "own_page.py"


def example() -> Any:
    spec = importlib.util.spec_from_file_location("own_page", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_examples_pages_know_who_it_is(database_url: str) -> None:
    async with running(settings_for(database_url), routes=example().routes) as app, Browser(app) as browser:
        assert (await browser.get("/front")).text == "Hello, stranger."
        assert (await browser.get("/dashboard")).headers["location"] == "/login?next=/dashboard"
        await browser.sign_up()
        assert (await browser.get("/front")).text == "Hello, Hanako Yamada."
        assert (await browser.get("/dashboard")).text.startswith("Hello, Hanako Yamada. Your id is ")


@signed_in
async def twice(request: Request, who: Person) -> Response:
    return PlainTextResponse(str(await person(request) is who))


async def test_who_it_is_is_asked_of_the_database_once_a_request(database_url: str) -> None:
    async with running(settings_for(database_url), routes=[Route("/twice", twice)]) as app, Browser(app) as browser:
        await browser.sign_up()
        assert (await browser.get("/twice")).text == "True"


@signed_in
async def thrown_out(request: Request, who: Person) -> Response:
    raise SessionEnded


async def test_who_is_thrown_out_while_a_change_is_under_way_is_told_at_the_door(database_url: str) -> None:
    routes = [Route("/thrown-out", thrown_out)]
    async with running(settings_for(database_url), routes=routes) as app, Browser(app) as browser:
        await browser.sign_up()
        answer = await browser.get("/thrown-out")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/thrown-out")
        page = await browser.get("/login")
        assert (page.status_code, "You were logged out in the meantime" in page.text) == (409, True)


async def test_CS_16_whatever_htmx_says_nobody_gets_in_by_it(database_url: str) -> None:
    async with running(settings_for(database_url), routes=[Route("/twice", twice)]) as app, Browser(app) as browser:
        for headers in ({"HX-Request": "true"}, {"HX-Current-URL": "/account"}, {"HX-Boosted": "true"}):
            assert (await browser.get("/twice", headers=headers)).status_code == 303

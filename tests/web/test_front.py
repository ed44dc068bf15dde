"""Is a stranger answered with the page that was made for the one before, and nobody else?"""

import pytest
from entrance import PASSWORD, Browser
from genkan.web import front
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", ["/login", "/signup", "/login?next=/reports", "/login?lang=ja"])
async def test_a_stranger_gets_what_the_stranger_before_got(
    stranger: Browser, in_production: Starlette, path: str
) -> None:
    first = await stranger.get(path, headers=PLAIN)
    stranger.cookies.clear()
    [(kept, _)] = in_production.state.front._kept.values()
    kept.body = b"!" * len(kept.body)
    again = await stranger.get(path, headers=PLAIN)
    assert set(again.content) == set(b"!")
    assert {**again.headers} == {**first.headers}


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "ja"},
        {"Accept-Encoding": "identity"},
        {"Cookie": "__Host-lang=ja"},
        {"Cookie": "x=1"},
        {"HX-Request": "true", "HX-Request-Type": "partial"},
    ],
    ids=str,
)
async def test_who_asks_otherwise_is_answered_otherwise(
    stranger: Browser, in_production: Starlette, headers: dict[str, str]
) -> None:
    await stranger.get("/login")
    [(kept, _)] = in_production.state.front._kept.values()
    kept.body = b"!" * len(kept.body)
    assert "!!!!!" not in (await stranger.get("/login", headers=headers)).text


async def test_what_belongs_to_a_person_is_not_kept(stranger: Browser, in_production: Starlette) -> None:
    await stranger.sign_up("hanako")
    assert (await stranger.get("/account")).status_code == 200
    assert "hanako" in (await stranger.get("/login")).text.lower()
    stranger.cookies.clear()
    assert "hanako" not in (await stranger.get("/login")).text.lower()
    assert len(in_production.state.front._kept) == 1


async def test_a_refused_request_gets_no_kept_page(stranger: Browser) -> None:
    await stranger.get("/login")
    assert (await stranger.get("/login", headers={"Host": "elsewhere.example"})).status_code == 400
    assert (await stranger.submit("/login", username="hanako", password=PASSWORD)).status_code == 422


async def test_no_more_is_kept_than_fits(stranger: Browser, in_production: Starlette) -> None:
    for number in range(front.MOST + 1):
        await stranger.get(f"/login?next=/{number}")
    assert len(in_production.state.front._kept) == 1
    await stranger.get(f"/login?next=/{'x' * 150}", headers={"Accept-Language": "en," * 100})
    assert len(in_production.state.front._kept) == 1


async def test_in_development_each_page_is_made_anew(browser: Browser, app: Starlette) -> None:
    await browser.get("/login")
    assert app.state.front._kept == {}

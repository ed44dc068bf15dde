"""Is what is the same for all sent packed, and nothing else?"""

import gzip

import pytest
from entrance import Browser, set_cookies
from genkan.web import packing
from starlette.applications import Starlette
from web_requests import request

pytestmark = pytest.mark.anyio
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", ["/login", "/signup", "/login?next=/reports", "/login?lang=ja"])
async def test_a_page_that_is_the_same_for_all_is_packed_for_whoever_takes_it(stranger: Browser, path: str) -> None:
    plain, packed = [await stranger.get(path, headers=each) for each in (PLAIN, GZIP)]
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert set_cookies(packed).keys() == set_cookies(plain).keys()
    for answer in (plain, packed):
        assert answer.headers["vary"] == "HX-Request, HX-Request-Type, Cookie, Accept-Language, Accept-Encoding"
        assert answer.headers["cache-control"] == "no-store"


async def test_it_is_packed_once(stranger: Browser, in_production: Starlette) -> None:
    pages = in_production.state.renderer.pages
    await stranger.get("/login", headers=PLAIN)
    [before] = pages.values()
    await stranger.get("/login", headers=GZIP)
    [after] = pages.values()
    assert after is before
    assert gzip.decompress(after.packed) == after.plain


async def test_a_look_at_its_head_tells_what_the_page_would(stranger: Browser) -> None:
    whole = (await stranger.get("/login", headers=GZIP)).headers
    head = (await stranger.head("/login", headers=GZIP)).headers
    assert {**head} == {**whole}


async def test_BREACH_nothing_that_is_of_a_person_or_of_what_they_typed_is_packed(stranger: Browser) -> None:
    part = {"HX-Request": "true", "HX-Request-Type": "partial"}
    answers = [
        await stranger.get("/login", headers=GZIP | part),
        await stranger.get("/nowhere", headers=GZIP),
        await stranger.log_in("hanako", "not my password"),
        await stranger.get("/account", headers=GZIP, follow_redirects=True),  # with a notice
    ]
    await stranger.sign_up()
    answers += [await stranger.get(path, headers=GZIP) for path in ("/account", "/login", "/account/devices")]
    assert [answer.status_code for answer in answers] == [200, 404, 422, 200, 200, 200, 200]
    assert [answer.headers.get("content-encoding") for answer in answers] == [None] * len(answers)


async def test_BREACH_a_page_that_says_which_way_was_used_last_is_not_packed(stranger: Browser) -> None:
    answer = await stranger.get("/login", headers=GZIP | {"Cookie": "__Host-last=github"})
    assert "Last used" in answer.text
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("header", "takes"),
    [
        ("gzip", True),
        ("br;q=1.0, GZIP ; q=0.8", True),
        ("gzip;q=0.001", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("x-gzip2, br", False),
        ("", False),
        ("*", False),
        (",;,;q=", False),
        ("x" * 100_000 + ", gzip", False),
    ],
)
def test_what_a_browser_takes_is_read_whatever_it_looks_like(header: str, takes: bool) -> None:
    kept = packing.kept(b"<p>", is_same_for_all=True)
    page = packing.page(request(("Accept-Encoding", header)), kept, "en")
    assert page.body == (kept.packed if takes else kept.plain)

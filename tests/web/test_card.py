"""Are the site's pictures found by those who look for them: browsers, phones, and chats that show where an address leads?"""

import re
import struct

import pytest
from entrance import BASE_URL, Browser

pytestmark = pytest.mark.anyio


def size(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG (RFC 2083 §4.1.1)."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize("path", ["/favicon.ico", "/apple-touch-icon.png"])
async def test_a_browser_that_asks_by_itself_finds_an_icon(browser: Browser, path: str) -> None:
    answer = await browser.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "public, max-age=86400")
    picture = await browser.get(answer.headers["location"])
    assert (picture.headers["content-type"], size(picture.content)) == ("image/png", (180, 180))
    assert len(picture.content) < 2048


@pytest.mark.parametrize(("path", "title"), [("/login", "Log in – Genkan"), ("/signup", "Create an account – Genkan")])
async def test_an_address_that_is_passed_on_shows_where_it_leads(browser: Browser, path: str, title: str) -> None:
    said = dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):\w+)" content="([^"]*)">', (await browser.get(path)).text)
    )
    picture = said.pop("og:image")
    assert said == {
        "og:title": title,
        "og:description": "Log in · Create an account",
        "twitter:card": "summary_large_image",
    }
    assert picture.startswith(f"{BASE_URL}/static/card.")
    shown = await browser.get(picture)
    assert (shown.headers["content-type"], size(shown.content)) == ("image/png", (1200, 630))
    assert len(shown.content) < 60 * 1024


async def test_a_page_that_is_nobody_elses_business_shows_no_picture(browser: Browser) -> None:
    assert "og:" not in (await browser.get("/reset")).text

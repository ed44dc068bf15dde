"""/auth/onward: does whoever came from an application get back there after any way of logging in, and nobody anywhere else? (FA-06, RD-*)"""

import re

import httpx2
import pytest
from dev_journeys import choose, come_back
from entrance import Browser, running, set_cookies, words
from neighbourhood import SHARED, domain, domain_settings, hana, jiro
from starlette.applications import Starlette

__all__ = ["domain", "hana", "jiro"]
pytestmark = pytest.mark.anyio

THERE = "https://wiki.example.com/page?a=1&b=%20"
ONWARD = "/auth/onward?next=https://wiki.example.com/page%3Fa%3D1%26b%3D%2520"
ASKED = "next=https%3A%2F%2Fwiki.example.com%2Fpage%3Fa%3D1%26b%3D%2520"
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def kept(answer: httpx2.Response) -> str:
    """What the form of a page carries along as `next`."""
    return str(re.findall(r'name="next" value="([^"]*)"', answer.text)[0])


async def test_a_password_leads_back(hana: Browser, jiro: Browser) -> None:
    page = await hana.get(f"/signup?{ASKED}")
    assert (await hana.sign_up(next=kept(page))).headers["location"] == ONWARD
    page = await jiro.get(f"/login?{ASKED}")
    refused = await jiro.log_in(password="wrong", next=kept(page))
    assert (await jiro.log_in(next=kept(refused))).headers["location"] == ONWARD
    assert (await jiro.log_in(next=THERE)).headers["location"] == ONWARD


async def test_from_one_entrance_page_to_the_other(hana: Browser) -> None:
    page = await hana.get(f"/login?{ASKED}")
    other = re.findall(r'href="(/signup[^"]*)"', page.text)[0].replace("&amp;", "&")
    page = await hana.get(other)
    assert (await hana.sign_up(next=kept(page))).headers["location"] == ONWARD


async def test_a_provider_leads_back(hana: Browser, jiro: Browser) -> None:
    for browser, intent in ((hana, "signup"), (jiro, "login")):
        page = await browser.get(f"/{intent}?{ASKED}")
        start = re.findall(r'href="(/oauth/example[^"]*)"', page.text)[0].replace("&amp;", "&")
        callback = await choose(browser, (await browser.get(start)).headers["location"], "verified")
        assert (await browser.get(callback)).headers["location"] == ONWARD


async def test_whoever_is_new_by_a_provider_is_led_back_too(hana: Browser) -> None:
    page = await hana.get(f"/login?{ASKED}")
    start = re.findall(r'href="(/oauth/example[^"]*)"', page.text)[0].replace("&amp;", "&")
    callback = await choose(hana, (await hana.get(start)).headers["location"], "verified")
    assert (await hana.get(callback)).headers["location"] == "/oauth/finish"
    done = await hana.submit("/oauth/finish", action="create", name="Hana", email="hana@example.com")
    assert done.headers["location"] == ONWARD


async def test_htmx_is_told_the_same(hana: Browser, jiro: Browser) -> None:
    await hana.sign_up()
    fields = {"username": "hanako", "password": "seven lanterns by the river", "next": THERE}
    answer = await jiro.post("/login", data=fields, headers=PARTIAL | {"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (200, ONWARD)


async def test_the_page_leads_there_by_itself_and_by_a_link_and_by_no_redirect(hana: Browser) -> None:
    """A redirect after a form would count as the form's target (form-action)."""
    await hana.sign_up()
    answer = await hana.get(ONWARD)
    assert (answer.status_code, answer.headers["refresh"]) == (200, f"0;url={THERE}")
    assert 'href="https://wiki.example.com/page?a=1&amp;b=%20"' in answer.text
    assert "You are being taken to wiki.example.com." in words(answer)
    assert "form-action 'self';" in answer.headers["content-security-policy"]


async def test_whoever_is_logged_in_already_goes_on_by_it(hana: Browser) -> None:
    await hana.sign_up()
    page = await hana.get(f"/login?{ASKED}")
    assert f'href="{ONWARD}"' in page.text
    del hana.cookies[SHARED]  # as for whoever logged in before there was a domain
    assert SHARED in set_cookies(await hana.get(ONWARD))


async def test_whoever_is_not_logged_in_is_asked_first_and_led_there_after_that(hana: Browser) -> None:
    answer = await hana.get(ONWARD)
    assert answer.status_code == 303
    page = await hana.get(answer.headers["location"])
    assert (await hana.sign_up(next=kept(page))).headers["location"] == ONWARD


@pytest.mark.parametrize(
    "query",
    ["", "next=", "next=/account", "next=https://evil.example/", "next=//evil.example", "next=https://wiki.example.com.evil.example"],
    ids=lambda query: f"FA-06 RD-01 {query}",
)  # fmt: skip
async def test_it_leads_nowhere_else(hana: Browser, query: str) -> None:
    await hana.sign_up()
    answer = await hana.get(f"/auth/onward?{query}")
    assert (answer.status_code, answer.headers["location"], "refresh" in answer.headers) == (303, "/account", False)


async def test_RD_09_twice_is_refused(hana: Browser) -> None:
    await hana.sign_up()
    assert (await hana.get(f"/auth/onward?{ASKED}&next=https://evil.example")).status_code == 400


async def test_FA_06_an_application_that_is_taken_out_is_led_to_no_more(database_url: str) -> None:
    """Also where it was asked for before, and stands in a row."""
    async with running(domain_settings(database_url)) as app, Browser(app) as browser:
        page = await browser.get(f"/signup?{ASKED}")
        before = kept(page)
    async with running(domain_settings(database_url, app_origins=())) as app, Browser(app) as browser:
        assert (await browser.sign_up(next=before)).headers["location"] == "/account"
        assert (await browser.get(ONWARD)).headers["location"] == "/account"


async def test_FA_06_no_application_is_led_to_where_none_is_set(app: Starlette, browser: Browser) -> None:
    await browser.sign_up()
    assert (await browser.log_in(next=THERE)).headers["location"] == "/account"
    assert (await come_back(browser, "verified", intent="signup")).headers["location"] == "/account"

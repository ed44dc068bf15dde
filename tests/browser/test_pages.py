"""Is every page accessible, and does it fit, in both languages and themes, on a phone and wide? (ux: the measurable bar)"""

import itertools
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import tab
from entrance import PASSWORD
from playwright.sync_api import Browser, Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}


def refused_login(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.locator("#username").fill("hanako")
    page.locator("#current-password").press("Enter")
    page.wait_for_selector("[role=alert]")


def refused_signup(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    page.locator("#signup-username").fill("a b")
    page.locator("#new-password").press("Enter")
    page.wait_for_selector("[role=alert]")


def waiting(page: Page, site: str, person: str = "verified") -> None:
    page.goto(f"{site}/oauth/example")
    page.locator(f"button[value={person}]").click()
    page.wait_for_url("**/oauth/finish")


def signed_up(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    viewport = page.viewport_size or {"width": 0}
    username = f"user{viewport['width']}{page.evaluate('Date.now()')}"
    page.locator("#signup-name").fill("とても長い名前の花子 " + "Hanako" * 6)
    page.locator("#signup-email").fill(f"{username}.{'long' * 10}@example.com")
    page.locator("#signup-username").fill(username)
    page.locator("#new-password").fill(PASSWORD)
    page.locator("#new-password").press("Enter")
    page.wait_for_url("**/account")


def linking(page: Page, site: str) -> None:
    waiting(page, site)
    signed_up(page, site)
    page.goto(f"{site}/oauth/finish")


def at(path: str, before: Callable[[Page, str], None] | None = None) -> Callable[[Page, str], None]:
    def go(page: Page, site: str) -> None:
        if before is not None:
            before(page, site)
        page.goto(site + path)

    return go


def leaving(page: Page, site: str) -> None:
    signed_up(page, site)
    page.goto(f"{site}/account/delete")
    page.locator("main form button").click()
    page.wait_for_url("**/stay")


STATES: dict[str, Callable[[Page, str], None]] = {
    "login": at("/login"),
    "login refused": refused_login,
    "login needed": at("/account"),
    "signup": at("/signup"),
    "signup refused": refused_signup,
    "finish": waiting,
    "finish without an address": lambda page, site: waiting(page, site, "nothing"),
    "link": linking,
    "account": signed_up,
    "already": at("/login", signed_up),
    "logout": at("/logout", signed_up),
    "signed out": at("/logout"),
    "devices": at("/account/devices", signed_up),
    "activity": at("/account/activity", signed_up),
    "data": at("/account/data", signed_up),
    "delete": at("/account/delete", signed_up),
    "stay": leaving,
    "stay with a link that does not count": at("/stay/x"),
    "404": at("/nowhere"),
    "provider": at("/dev/provider"),
    "authorize": at("/oauth/example"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("language", "scheme"), list(itertools.product(("en", "ja"), ("light", "dark"))))
def test_is_accessible_and_fits(chromium: Browser, site: str, state: str, language: str, scheme: str) -> None:
    options = {
        "locale": language,
        "color_scheme": scheme,
        "viewport": {"width": 320, "height": 800},
        "reduced_motion": "reduce",
    }
    with tab(chromium, **options) as page:
        STATES[state](page, site)
        page.wait_for_load_state("networkidle")
        assert page.locator("h1").count() == 1
        assert page.locator("html").get_attribute("lang") == language
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, found.generate_report()
            fits(page)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        fits(page)
        page.evaluate("document.documentElement.style.fontSize = ''")
        small = page.evaluate(
            "[...document.querySelectorAll('button, input:not([type=hidden]), a.button, .languages a, summary')]"
            ".map((each) => each.type === 'checkbox' ? each.closest('label') : each)"
            ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
        )
        assert small == []


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

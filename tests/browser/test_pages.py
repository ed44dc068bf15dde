"""Is every page accessible, and does it fit, in both languages and themes, on a phone and wide? (ux: the measurable bar)"""

import itertools
from collections.abc import Callable

import pytest
from browsing import tab
from entrance import PASSWORD
from playwright.sync_api import Browser, Page
from soundness import is_sound


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


def editing(page: Page, site: str) -> None:
    """Every row that can be a form is one, and one of them is to be mended."""
    signed_up(page, site)
    for row in ("username", "email", "language", "name"):
        page.locator(f"#change-{row}").click()
        page.wait_for_selector(f"#{row}-form")
    page.locator("#account-name").fill("")
    page.locator("#account-name").press("Enter")
    page.wait_for_selector("[role=alert]")


def saved(page: Page, site: str) -> None:
    signed_up(page, site)
    page.locator("#change-name").click()
    page.locator("#account-name").press("Enter")
    page.wait_for_selector("#status p")


def refused_password(page: Page, site: str) -> None:
    signed_up(page, site)
    page.goto(f"{site}/account/password")
    page.locator("#new-password").press("Enter")
    page.wait_for_selector("[role=alert]")


def setting_password(page: Page, site: str) -> None:
    page.goto(f"{site}/oauth/example?intent=signup")
    page.locator("button[value=verified]").click()
    page.wait_for_url("**/account")
    page.goto(f"{site}/account/password")


def at(path: str, before: Callable[[Page, str], None] | None = None) -> Callable[[Page, str], None]:
    def go(page: Page, site: str) -> None:
        if before is not None:
            before(page, site)
        page.goto(site + path)

    return go


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
    "account, changing": editing,
    "account, saved": saved,
    "change name": at("/account/name", signed_up),
    "change username": at("/account/username", signed_up),
    "change email": at("/account/email", signed_up),
    "change language": at("/account/language", signed_up),
    "change password": at("/account/password", signed_up),
    "change password refused": refused_password,
    "set a password": setting_password,
    "undo expired": at("/undo"),
    "already": at("/login", signed_up),
    "logout": at("/logout", signed_up),
    "signed out": at("/logout"),
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
        is_sound(page, language)

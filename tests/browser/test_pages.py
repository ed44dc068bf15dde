"""Is every page accessible, and does it fit, in both languages and themes, on a phone and wide? (ux: the measurable bar)"""

import itertools
import sqlite3
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import tab
from entrance import NOW, PASSWORD, SECRET
from genkan.accounts import mailed
from genkan.accounts.digests import digest
from genkan.keys import Keys
from playwright.sync_api import Browser, Page

LONG_ADDRESS = f"hanako.{'long' * 12}@example.com"
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


def scanned(page: Page, site: str) -> None:
    page.goto(f"{site}/dev/mail/a-mail")
    page.locator("form[action$=scan] button").click()
    page.wait_for_selector("#visits")


def write_mail(sqlite_url: str) -> None:
    """One mail with a code and a link, as another process would have left it."""
    database = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    database.execute(
        "INSERT INTO mailed_tokens VALUES ('a-token', 'reset', NULL, :email, :email, 'x', :link, 'x', 0, NULL, :now, :end)",
        {
            "email": LONG_ADDRESS,
            "link": digest(mailed.link_token(Keys.derive(SECRET).mailing[0], "a-token")),
            "now": NOW,
            "end": NOW + 900,
        },
    )
    database.execute(
        "INSERT INTO outbox (id, template, recipient, language, details, token_id, created_at, due_at, tries, claimed_until)"
        " VALUES ('a-mail', 'reset', :email, 'ja', :details, 'a-token', :now, :now, 0, 0)",
        {"email": LONG_ADDRESS, "details": '{"minutes": 15, "username": "hanako"}', "now": NOW},
    )
    database.commit()
    database.close()


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
    "404": at("/nowhere"),
    "provider": at("/dev/provider"),
    "authorize": at("/oauth/example"),
    "mails": at("/dev/mail"),
    "mail": at("/dev/mail/a-mail"),
    "mail scanned": scanned,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("language", "scheme"), list(itertools.product(("en", "ja"), ("light", "dark"))))
def test_is_accessible_and_fits(
    chromium: Browser, site: str, sqlite_url: str, state: str, language: str, scheme: str
) -> None:
    write_mail(sqlite_url)
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
            ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
        )
        assert small == []


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

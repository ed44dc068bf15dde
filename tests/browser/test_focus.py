"""Is the focus on what is wrong after every form that is refused, with JavaScript and without, and does a press lead to the field?"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from browsing import site_at, tab
from entrance import PASSWORD
from playwright.sync_api import Browser, Page, expect
from postbox import newest_mail, run_sql


class Site(NamedTuple):
    url: str
    database: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = f"sqlite:///{tmp_path_factory.mktemp('focus') / 'genkan.db'}"
    with site_at(database) as settings:
        yield Site(settings.base_url, database)


def signed_up(page: Page, place: Site) -> None:
    page.goto(f"{place.url}/signup")
    username = f"user{run_sql(place.database, 'SELECT COUNT(*) FROM users')[0][0]}"
    for name, value in (("name", "Hanako"), ("email", f"{username}@example.com"), ("username", username)):
        page.locator(f"#signup-{name}").fill(value)
    page.locator("#new-password").fill(PASSWORD)
    page.locator("#new-password").press("Enter")
    page.wait_for_url("**/account")


def by_provider(page: Page, place: Site, intent: str, person: str) -> None:
    page.goto(f"{place.url}/oauth/example?intent={intent}")
    page.locator(f"button[value={person}]").click()
    page.wait_for_url("**/oauth/finish" if intent == "login" else "**/account")


def login(page: Page, place: Site) -> None:
    page.goto(f"{place.url}/login")
    page.locator("#username").fill("nobody")
    page.locator("#current-password").fill("not a password of ours")
    page.locator("#current-password").press("Enter")


def signup(page: Page, place: Site) -> None:
    page.goto(f"{place.url}/signup")
    page.locator("#new-password").press("Enter")


def reset(page: Page, place: Site) -> None:
    page.goto(f"{place.url}/reset")
    page.locator("#email").press("Enter")


def reset_code(page: Page, place: Site) -> None:
    page.goto(f"{place.url}/reset")
    page.locator("#email").fill("nobody@example.com")
    page.locator("#email").press("Enter")
    page.wait_for_url("**/reset/sent")
    page.locator("#code").fill("12")
    page.locator("#code").press("Enter")


def reset_new(page: Page, place: Site) -> None:
    signed_up(page, place)
    run_sql(place.database, "UPDATE users SET email_proven_at = 1")
    run_sql(place.database, "UPDATE user_authentications SET created_at = 1")
    address = run_sql(place.database, "SELECT email FROM users ORDER BY rowid DESC")[0][0]
    page.goto(f"{place.url}/reset")
    page.locator("#email").fill(address)
    page.locator("#email").press("Enter")
    page.wait_for_url("**/reset/sent")
    page.goto(f"{place.url}/reset/{newest_mail(place.database, 'reset')[0]}")
    page.locator("#new-password").press("Enter")


def verify_code(page: Page, place: Site) -> None:
    signed_up(page, place)
    page.goto(f"{place.url}/verify")
    page.locator("#code").fill("12")
    page.locator("#code").press("Enter")


def verify_address(page: Page, place: Site) -> None:
    signed_up(page, place)
    page.goto(f"{place.url}/verify")
    page.locator("main details summary").click()
    page.locator("#address-form input").fill("nowhere")
    page.locator("#address-form input").press("Enter")


def row(name: str) -> Callable[[Page, Site], None]:
    """A row of the account, on its page or, with JavaScript, in its place."""

    def refused(page: Page, place: Site) -> None:
        signed_up(page, place)
        page.locator(f"#change-{name}").click()
        page.locator(f"#{name}-form input").first.fill("" if name == "name" else "a b")
        page.locator(f"#{name}-form input").first.press("Enter")

    return refused


def password(page: Page, place: Site) -> None:
    signed_up(page, place)
    page.goto(f"{place.url}/account/password")
    page.locator("#new-password").press("Enter")


def first_password(page: Page, place: Site) -> None:
    by_provider(page, place, "signup", "verified")
    page.goto(f"{place.url}/account/password")
    page.locator("#new-password").press("Enter")


def confirm(page: Page, place: Site) -> None:
    signed_up(page, place)
    run_sql(place.database, "UPDATE sessions SET confirmed_at = 0")
    page.goto(f"{place.url}/account/confirm")
    page.locator("#current-password").fill("wrong")
    page.locator("#current-password").press("Enter")


def confirm_code(page: Page, place: Site) -> None:
    signed_up(page, place)
    run_sql(place.database, "UPDATE sessions SET confirmed_at = 0")
    run_sql(place.database, "UPDATE users SET email_proven_at = 1")
    page.goto(f"{place.url}/account/confirm")
    page.locator("button[value=send]").click()
    page.locator("#code").fill("12")
    page.locator("#code").press("Enter")


def finish(page: Page, place: Site) -> None:
    by_provider(page, place, "login", "nothing")
    page.locator("#complete-form input").first.fill("")
    page.locator("button[value=create]").click()


# Every form that can be refused: what is done to have it refused.
FORMS: dict[str, Callable[[Page, Site], None]] = {
    "login": login,
    "signup": signup,
    "reset": reset,
    "reset, code": reset_code,
    "reset, new password": reset_new,
    "verify, code": verify_code,
    "verify, address": verify_address,
    "account, name": row("name"),
    "account, username": row("username"),
    "account, email": row("email"),
    "account, password": password,
    "account, first password": first_password,
    "confirm": confirm,
    "confirm, code": confirm_code,
    "oauth, finish": finish,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_focus_is_on_what_is_wrong_after(chromium: Browser, place: Site, form: str, script: bool) -> None:
    with tab(chromium, java_script_enabled=script) as page:
        FORMS[form](page, place)
        summary = page.locator(".notice[data-kind=bad]")
        expect(summary).to_have_count(1)
        expect(summary).to_be_focused()
        link = summary.get_by_role("link").last
        link.press("Enter")
        expect(page.locator(link.get_attribute("href") or "")).to_be_focused()

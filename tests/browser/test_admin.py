"""Can an admin look after accounts in a real browser: by the keyboard, with JavaScript and without?"""

import sqlite3
from collections.abc import Iterator

import pytest
from browsing import site_at, tab
from entrance import PASSWORD
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def site(sqlite_url: str) -> Iterator[str]:
    with site_at(sqlite_url, signup="open") as settings:
        yield settings.base_url


def sign_up(page: Page, site: str, username: str, name: str) -> None:
    page.goto(f"{site}/signup")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Email address").fill(f"{username}@example.com")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Create a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(f"{site}/account")


@pytest.fixture
def admin(page: Page, site: str, sqlite_url: str) -> Page:
    """The browser of an admin, made one while they are logged in."""
    sign_up(page, site, "aiko", "Aiko Example")
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE users SET is_admin = TRUE")
    database.close()
    page.reload()
    return page


def test_an_admin_finds_an_account_and_suspends_it_by_the_keyboard(admin: Page, site: str, chromium: Browser) -> None:
    with tab(chromium) as other:
        sign_up(other, site, "hanako", "Hanako Yamada")
        admin.get_by_role("link", name="Administration").focus()
        admin.keyboard.press("Enter")
        expect(admin).to_have_url(f"{site}/admin")
        admin.get_by_label("Find an account").focus()
        admin.keyboard.type("anako")
        admin.keyboard.press("Enter")
        expect(admin.get_by_role("heading", level=1)).to_have_text("Hanako Yamada")
        admin.get_by_role("link", name="Suspend account").focus()
        admin.keyboard.press("Enter")
        expect(admin.get_by_role("heading", level=1)).to_have_text("Suspend this account?")
        admin.get_by_role("button", name="Suspend account").focus()
        admin.keyboard.press("Enter")
        expect(admin.get_by_text("The account is suspended.")).to_be_visible()
        expect(admin.get_by_role("link", name="Lift suspension")).to_be_visible()
        other.goto(f"{site}/account")
        expect(other).to_have_url(f"{site}/login?next=/account")
        other.goto(f"{site}/admin")
        expect(other.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_the_list_is_a_table_of_columns_and_of_cards_and_stays_one(admin: Page, site: str) -> None:
    admin.goto(f"{site}/admin")
    for width in (1280, 320):
        admin.set_viewport_size({"width": width, "height": 800})
        table = admin.get_by_role("table", name="Newest first")
        expect(table.get_by_role("row")).to_have_count(2)
        expect(table.get_by_role("columnheader")).to_have_count(3)
        expect(table.get_by_role("rowheader")).to_contain_text("Aiko Example")


def test_an_invitation_is_shown_once_and_withdrawn(admin: Page, site: str) -> None:
    admin.goto(f"{site}/admin/invitations")
    admin.get_by_role("link", name="Invite somebody").click()
    admin.get_by_label("Note").fill("New colleagues")
    admin.get_by_role("button", name="Create invitation").click()
    link = admin.locator("code").inner_text()
    assert link.startswith(f"{site}/invitation/")
    admin.get_by_role("link", name="All invitations").click()
    expect(admin.get_by_text(link)).to_have_count(0)
    admin.get_by_role("link", name="Withdraw (New colleagues)").click()
    admin.get_by_role("button", name="Withdraw invitation").click()
    expect(admin.get_by_text("The invitation is withdrawn.")).to_be_visible()
    expect(admin.get_by_role("row").filter(has_text="New colleagues")).to_contain_text("withdrawn")


def test_an_admin_who_has_not_shown_lately_that_it_is_them_is_asked_and_comes_back(
    admin: Page, site: str, sqlite_url: str
) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE sessions SET confirmed_at = 0")
    database.close()
    admin.goto(f"{site}/admin/invitations/new")
    expect(admin.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    admin.get_by_label("Password", exact=True).fill(PASSWORD)
    admin.get_by_role("button", name="Confirm", exact=True).click()
    expect(admin).to_have_url(f"{site}/admin/invitations/new")

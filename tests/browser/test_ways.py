"""Can a person see, add, remove and confirm their ways in, with JavaScript and without?"""

import sqlite3

from browsing import tab
from entrance import PASSWORD
from playwright.sync_api import Browser, Page, expect


def sign_up(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    page.get_by_label("Name", exact=True).fill("Hanako Yamada")
    page.get_by_label("Email address").fill("hanako@example.com")
    page.get_by_label("Username").fill("hanako")
    page.get_by_label("Create a password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(f"{site}/account")


def link(page: Page, site: str) -> None:
    page.goto(f"{site}/account/security")
    page.get_by_role("link", name="Link Example ID").click()
    page.get_by_role("button", name="New here, with a verified address").click()
    expect(page.get_by_text("Example ID is now linked.")).to_be_visible()


def grow_stale(sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE sessions SET confirmed_at = 0")
    database.close()


def test_links_a_provider_and_unlinks_it(page: Page, site: str) -> None:
    sign_up(page, site)
    page.get_by_role("link", name="Security").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Security")
    link(page, site)
    assert page.url == f"{site}/account/security"
    page.get_by_role("link", name="Unlink Example ID").click()
    expect(page.get_by_role("heading", name="Unlink Example ID?")).to_be_visible()
    page.get_by_role("button", name="Unlink Example ID").click()
    expect(page.get_by_text("Example ID was unlinked.")).to_be_visible()
    expect(page.get_by_role("link", name="Link Example ID")).to_be_visible()
    expect(page.get_by_text("This is your only way to log in.", exact=True)).to_be_visible()
    assert page.url == f"{site}/account/security"
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_the_question_can_be_answered_with_no(page: Page, site: str) -> None:
    sign_up(page, site)
    link(page, site)
    page.get_by_role("link", name="Unlink Example ID").click()
    page.get_by_role("link", name="Keep it").click()
    expect(page.get_by_role("link", name="Unlink Example ID")).to_be_visible()


def test_with_JavaScript_the_focus_follows_the_question_and_the_answer(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        sign_up(page, site)
        link(page, site)
        page.get_by_role("link", name="Unlink Example ID").click()
        expect(page.locator("#unlink-title")).to_be_focused()
        page.get_by_role("button", name="Unlink Example ID").click()
        expect(page.locator("#linked-title")).to_be_focused()
        expect(page.locator("#status")).to_contain_text("Example ID was unlinked.")


def test_an_old_proof_is_asked_for_anew_and_leads_back(page: Page, site: str, sqlite_url: str) -> None:
    sign_up(page, site)
    link(page, site)
    grow_stale(sqlite_url)
    page.get_by_role("link", name="Unlink Example ID").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    page.get_by_label("Password", exact=True).fill("not my password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The password is not correct. Try again.")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Unlink Example ID?")).to_be_visible()
    assert page.url == f"{site}/account/security/unlink/example"


def test_a_provider_is_a_proof_too(page: Page, site: str, sqlite_url: str) -> None:
    sign_up(page, site)
    link(page, site)
    grow_stale(sqlite_url)
    page.goto(f"{site}/account/security/unlink/example")
    page.get_by_role("link", name="Confirm with Example ID").click()
    page.get_by_role("button", name="The first person, with another name and address").click()
    expect(page.get_by_role("heading", name="Unlink Example ID?")).to_be_visible()

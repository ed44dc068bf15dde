"""Is an account changed row by row in a real browser, with JavaScript and without, and is a change taken back?"""

import sqlite3

import pytest
from browsing import tab
from entrance import PASSWORD, SECRET
from genkan.accounts import mailed
from genkan.keys import Keys
from playwright.sync_api import Browser, Page, expect

NEW = "another nine lanterns there"


def sign_up(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    for id, value in (("name", "Hanako Yamada"), ("email", "hanako@example.com"), ("username", "hanako")):
        page.locator(f"#signup-{id}").fill(value)
    page.locator("#new-password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/account")


def log_in(page: Page, site: str, password: str) -> None:
    page.goto(f"{site}/login")
    page.locator("#username").fill("hanako")
    page.locator("#current-password").fill(password)
    page.keyboard.press("Enter")


def has_javascript(page: Page) -> bool:
    return bool(page.evaluate("typeof htmx !== 'undefined'"))


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id"))


def proven(sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE users SET email_proven_at = 1")
    database.close()


def undo_link(sqlite_url: str) -> str:
    """The path of the oldest link that takes something back."""
    database = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    (id,) = database.execute(
        "SELECT mailed_tokens.id FROM mailed_tokens JOIN changes ON changes.id = change_id ORDER BY position"
    ).fetchone()
    database.close()
    return f"/undo/{mailed.link_token(Keys.derive(SECRET, None).mailing[0], id)}"


@pytest.mark.parametrize(
    ("row", "label", "value"),
    [("name", "Name", "花子"), ("username", "Username", "hana")],
)
def test_a_row_is_changed_and_is_the_row_again(page: Page, site: str, row: str, label: str, value: str) -> None:
    sign_up(page, site)
    page.get_by_role("link", name=f"Change {row}").click()
    field = page.get_by_role("textbox", name=label, exact=True)
    expect(field).to_be_visible()
    if has_javascript(page):
        expect(page).to_have_url(f"{site}/account")
        expect(field).to_be_focused()
    else:
        expect(page).to_have_url(f"{site}/account/{row}")
    field.fill(value)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page).to_have_url(f"{site}/account")
    expect(page.get_by_text(value, exact=True)).to_be_visible()
    expect(field).to_have_count(0)
    if has_javascript(page):
        expect(page.locator("#status")).to_have_text("Saved.")
        expect(page.get_by_role("link", name=f"Change {row}")).to_be_focused()
    page.reload()
    expect(page.get_by_text(value, exact=True)).to_be_visible()


def test_the_language_of_mails_is_chosen(page: Page, site: str) -> None:
    sign_up(page, site)
    page.get_by_role("link", name="Change language of emails").click()
    page.get_by_label("Language of emails", exact=True).select_option("日本語")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.locator("#row-language")).to_contain_text("日本語")


def test_what_is_to_be_mended_has_the_focus_and_is_mended_in_place(page: Page, site: str) -> None:
    sign_up(page, site)
    page.get_by_role("link", name="Change name").click()
    page.get_by_role("textbox", name="Name").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Enter your name")
    expect(page.locator(".notice[data-kind=bad]")).to_be_focused()
    page.get_by_role("textbox", name="Name").fill("Hana")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Hana", exact=True)).to_be_visible()


def test_cancel_changes_nothing(page: Page, site: str) -> None:
    sign_up(page, site)
    page.get_by_role("link", name="Change name").click()
    page.get_by_role("textbox", name="Name").fill("Evil")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("Hanako Yamada")).to_be_visible()
    expect(page).to_have_url(f"{site}/account")
    if has_javascript(page):
        expect(page.get_by_role("link", name="Change name")).to_be_focused()


def test_escape_is_cancel_and_the_focus_is_back_on_the_link(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        sign_up(page, site)
        for row in ("name", "username", "email address", "language of emails"):
            page.get_by_role("link", name=f"Change {row}").focus()
            page.keyboard.press("Enter")
            expect(page.get_by_role("link", name="Cancel")).to_be_visible()
            page.keyboard.press("Escape")
            expect(page.get_by_role("link", name="Cancel")).to_have_count(0)
            expect(page.get_by_role("link", name=f"Change {row}")).to_be_focused()
        page.keyboard.press("Escape")  # where no form is open it does nothing
        expect(page.get_by_text("Hanako Yamada")).to_be_visible()


def test_several_rows_at_once_do_not_disturb_each_other(chromium: Browser, site: str) -> None:
    with tab(chromium) as page:
        sign_up(page, site)
        page.get_by_role("link", name="Change name").click()
        page.get_by_role("textbox", name="Name", exact=True).fill("Hana")
        page.get_by_role("link", name="Change username").click()
        page.get_by_role("textbox", name="Username").fill("hana")
        page.keyboard.press("Enter")
        expect(page.locator("#row-username")).to_contain_text("hana")
        expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Hana")


def test_the_password_is_changed_and_the_form_is_gone(page: Page, site: str) -> None:
    sign_up(page, site)
    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Current password", exact=True).fill("a wrong password here")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Current password is not correct")
    expect(page.get_by_label("New password", exact=True)).to_have_value("")
    page.get_by_label("Current password", exact=True).fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/account")
    expect(page.get_by_text("Your password was changed. Other devices were logged out.")).to_be_visible()
    expect(page.locator("input[type=password]")).to_have_count(0)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are logged out")
    log_in(page, site, NEW)
    expect(page).to_have_url(f"{site}/account")


def test_a_change_is_taken_back_by_the_link_of_its_mail(page: Page, site: str, sqlite_url: str) -> None:
    sign_up(page, site)
    proven(sqlite_url)
    page.get_by_role("link", name="Change username").click()
    page.get_by_role("textbox", name="Username").fill("evil")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    link = undo_link(sqlite_url)
    page.goto(site + link)
    expect(page).to_have_url(f"{site}/undo")
    expect(page.get_by_role("listitem").first).to_be_visible()
    expect(page.get_by_text("Your username is “hanako” again.")).to_be_visible()
    page.get_by_role("button", name="Take back the changes").click()
    page.wait_for_url(f"{site}/reset/new")
    page.goto(f"{site}/account")
    expect(page).to_have_url(f"{site}/login?next=/account")
    page.goto(site + link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has expired")

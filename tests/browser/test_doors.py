"""Do people find their way where the doors are not open to everybody, in a real browser, with and without JavaScript?"""

from browsing import site_at, tab
from closed_doors import invite_at
from entrance import PASSWORD
from playwright.sync_api import Browser, Page, expect
from postbox import newest_mail


def fill_in(page: Page, email: str = "hanako@example.com") -> None:
    page.get_by_label("Name", exact=True).fill("Hanako Yamada")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Username").fill("hanako")
    page.locator("#new-password").fill(PASSWORD)
    page.locator("#new-password").press("Enter")


def test_an_address_of_another_domain_is_mended_and_the_code_lets_in(page: Page, sqlite_url: str) -> None:
    with site_at(sqlite_url, allowed_domains=("example.com",)) as settings:
        page.goto(f"{settings.base_url}/signup")
        fill_in(page, "hanako@example.net")
        page.get_by_role("alert").wait_for()
        expect(page.locator(".notice[data-kind=bad]")).to_be_focused()
        expect(page.locator("#signup-email-error")).to_contain_text("Use an email address of: example.com")
        fill_in(page)
        page.wait_for_url("**/threshold")
        assert [each["name"] for each in page.context.cookies() if each["name"] == "jwt"] == []
        page.get_by_label("Code from the email").fill(newest_mail(sqlite_url, "verify")[1])
        page.keyboard.press("Enter")
        page.wait_for_url("**/account")
        page.get_by_text("Your email address is confirmed.").wait_for()


def test_the_link_lets_in_where_the_account_was_made_and_not_elsewhere(
    page: Page, chromium: Browser, sqlite_url: str
) -> None:
    with site_at(sqlite_url, allowed_domains=("example.com",)) as settings:
        page.goto(f"{settings.base_url}/signup")
        fill_in(page)
        page.wait_for_url("**/threshold")
        link = f"{settings.base_url}/verify/{newest_mail(sqlite_url, 'verify')[0]}"
        with tab(chromium) as phone:
            phone.goto(link)
            phone.get_by_text("This link works only in the browser in which you created your account").wait_for()
            assert phone.get_by_role("button", name="Confirm h").count() == 0
        page.goto(link)
        page.get_by_role("button", name="Confirm h•••@example.com").press("Enter")
        page.wait_for_url("**/account")


def test_closed_says_so_and_leads_back_to_the_login(page: Page, sqlite_url: str) -> None:
    with site_at(sqlite_url, signup="closed", support="support@example.com") as settings:
        page.goto(f"{settings.base_url}/login")
        assert page.get_by_role("link", name="Create an account").count() == 0
        page.goto(f"{settings.base_url}/signup")
        expect(page.get_by_role("heading", level=1)).to_have_text("You cannot create an account here")
        page.get_by_text("support@example.com").wait_for()
        page.get_by_role("link", name="Log in").click()
        page.wait_for_url("**/login")


def test_a_form_that_was_open_when_the_doors_were_closed_is_told_in_its_place(page: Page, sqlite_url: str) -> None:
    with site_at(sqlite_url, signup="invitation") as settings:
        page.goto(f"{settings.base_url}{invite_at(settings)}")
        page.get_by_text("You are invited.").wait_for()
        page.context.clear_cookies(name="invitation")
        fill_in(page)
        page.get_by_text("You need an invitation to create an account.").wait_for()
        expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_field_that_is_a_trap_is_neither_seen_nor_read_out_nor_reached(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    trap = page.locator("#signup-subject")
    expect(trap).to_be_hidden()
    assert (
        page.get_by_role("textbox", name="Leave this field empty").count() == 0
    )  # not in the tree of what is read out
    page.locator("#signup-name").focus()
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert "signup-subject" not in reached
    page.evaluate("document.querySelector('#signup-subject').value = 'x'")
    fill_in(page)
    page.get_by_role("alert").wait_for()
    fill_in(page)
    page.wait_for_url("**/account")

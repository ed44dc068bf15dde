"""Does a person get back in, and prove their address, in a real browser, with and without JavaScript, by keyboard alone?"""

import pytest
from browsing import site_at, tab
from entrance import PASSWORD
from playwright.sync_api import Browser, Page, expect
from postbox import newest_mail, run_sql

NEW = "nine cranes over the harbour"


def signed_up(page: Page, site: str) -> None:
    page.goto(f"{site}/signup")
    page.get_by_label("Name", exact=True).fill("Hanako Yamada")
    page.get_by_label("Email address").fill("hanako@example.com")
    page.get_by_label("Username").fill("hanako")
    page.locator("#new-password").fill(PASSWORD)
    page.locator("#new-password").press("Enter")
    page.wait_for_url("**/account")


def test_a_new_person_proves_their_address_by_the_code(page: Page, site: str, sqlite_url: str) -> None:
    signed_up(page, site)
    page.get_by_role("link", name="Confirm your email address").click()
    page.wait_for_url("**/verify")
    page.get_by_label("Code from the email").fill("1234")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    expect(page.locator(".notice[data-kind=bad]")).to_be_focused()
    code = newest_mail(sqlite_url, "verify")[1]
    page.get_by_label("Code from the email").fill(f"{code[:4]} {code[4:]}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    page.get_by_text("Your email address is confirmed.").wait_for()


def test_a_mistyped_address_is_corrected(page: Page, site: str, sqlite_url: str) -> None:
    signed_up(page, site)
    page.goto(f"{site}/verify")
    page.get_by_text("This is not my address").click()
    page.get_by_label("Your email address").fill("hanako@example.org")
    page.keyboard.press("Enter")
    page.get_by_text("The email is on its way.").wait_for()
    page.get_by_text("We sent an email to hanako@example.org.").wait_for()


def test_the_link_on_another_device_asks_first(page: Page, chromium: Browser, site: str, sqlite_url: str) -> None:
    signed_up(page, site)
    with tab(chromium) as phone:
        phone.goto(f"{site}/verify/{newest_mail(sqlite_url, 'verify')[0]}")
        assert phone.url == f"{site}/verify/link"
        phone.get_by_role("button", name="Confirm h•••@example.com").press("Enter")
        phone.wait_for_url("**/login")
        phone.get_by_text("You can log in now.").wait_for()


def test_a_forgotten_password_is_reset_and_the_manager_sees_the_new_one_used(
    page: Page, site: str, sqlite_url: str
) -> None:
    signed_up(page, site)
    run_sql(sqlite_url, "UPDATE users SET email_proven_at = 1")
    run_sql(sqlite_url, "UPDATE user_authentications SET created_at = 1")
    page.context.clear_cookies()
    page.goto(f"{site}/login")
    page.get_by_label("Password", exact=True).focus()
    page.get_by_role("link", name="Forgot your password?").press("Enter")
    page.wait_for_url("**/reset")
    page.get_by_label("Email address").fill("hanako@example.com")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reset/sent")
    page.get_by_label("Code from the email").fill(newest_mail(sqlite_url, "reset")[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/reset/new")
    page.locator("#new-password").fill(NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    page.get_by_text("Your password was changed. Log in with the new one.").wait_for()
    page.get_by_label("Username or email").fill("hanako@example.com")
    page.get_by_label("Password", exact=True).fill(NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")


def test_CA_07_a_link_never_stands_in_a_referrer_or_in_the_history(page: Page, site: str, sqlite_url: str) -> None:
    signed_up(page, site)
    token = newest_mail(sqlite_url, "verify")[0]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.headers.get('referer', '')}"))
    page.goto(f"{site}/verify/{token}")
    page.get_by_role("link", name="Genkan").click()
    page.wait_for_url("**/account")
    page.go_back()
    assert page.url == f"{site}/verify/link"
    assert [each.split(" ")[0] for each in sent if token in each] == [f"{site}/verify/{token}"]
    assert all(each.startswith(site) for each in sent)


def test_where_one_button_is_pressed_twice_one_mail_goes_out(chromium: Browser, sqlite_url: str) -> None:
    with site_at(sqlite_url) as settings, tab(chromium) as page:
        page.goto(f"{settings.base_url}/reset")
        page.get_by_label("Email address").fill("hanako@example.com")
        page.get_by_role("button", name="Send email").dblclick()
        page.wait_for_url("**/reset/sent")
        assert run_sql(sqlite_url, "SELECT COUNT(*) FROM mailed_tokens") == [(1,)]


@pytest.mark.parametrize("path", ["/verify/link", "/reset/new"])
def test_an_old_link_says_so_and_leads_on(page: Page, site: str, path: str) -> None:
    answer = page.goto(site + path)
    assert answer is not None
    assert answer.status == 410
    expect(page.locator("h1")).to_be_focused()
    page.get_by_role("link", name="Send a new link").click()
    page.wait_for_url("**/login?next=/verify" if path.startswith("/verify") else "**/reset")

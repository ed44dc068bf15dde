"""Does a person see where they are logged in, end it, take their data, leave and come back, with JavaScript and without?"""

import json
from pathlib import Path

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


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/login")
    page.get_by_label("Username or email").fill("hanako")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def test_a_person_ends_another_device_and_it_is_told_why(page: Page, site: str, chromium: Browser) -> None:
    sign_up(page, site)
    with tab(chromium, user_agent="Firefox/140.0 Linux") as other:
        log_in(other, site)
        expect(other).to_have_url(f"{site}/account")
        page.goto(f"{site}/account/devices")
        row = page.get_by_role("listitem").filter(has_text="Firefox, Linux")
        row.get_by_role("button", name="Log out (Firefox, Linux)").click()
        expect(page.get_by_text("That device was logged out.")).to_be_visible()
        expect(row).to_have_count(0)
        expect(page.get_by_text("You are not logged in anywhere else.")).to_be_visible()
        expect(page).to_have_url(f"{site}/account/devices")
        other.goto(f"{site}/account")
        expect(other.get_by_text("You were logged out of this browser from another device.")).to_be_visible()


def test_a_person_ends_all_others_by_the_keyboard(page: Page, site: str, chromium: Browser) -> None:
    sign_up(page, site)
    with tab(chromium) as first, tab(chromium) as second:
        for each in (first, second):
            log_in(each, site)
            expect(each).to_have_url(f"{site}/account")
        page.goto(f"{site}/account/devices")
        page.get_by_role("button", name="Log out of all other devices").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Logged out of all other devices: 2.")).to_be_visible()
        expect(page.locator(":focus")).to_have_count(1)
        for each in (first, second):
            each.goto(f"{site}/account")
            expect(each).to_have_url(f"{site}/login?next=/account")


def test_a_session_that_is_over_leads_from_the_button_to_the_door(page: Page, site: str, chromium: Browser) -> None:
    sign_up(page, site)
    page.goto(f"{site}/account/devices")
    with tab(chromium) as other:
        log_in(other, site)
        expect(other).to_have_url(f"{site}/account")
        page.goto(f"{site}/account/devices")
        other.goto(f"{site}/account/devices")
        other.get_by_role("button", name="Log out of all other devices").click()
        expect(other.get_by_text("Logged out of all other devices: 1.")).to_be_visible()
    page.get_by_role("button", name="Log out of all other devices").click()
    expect(page.get_by_text("You were logged out of this browser from another device.")).to_be_visible()


def test_a_login_that_ends_with_the_window(page: Page, site: str) -> None:
    sign_up(page, site)
    page.context.clear_cookies(name="jwt")
    page.goto(f"{site}/login")
    box = page.get_by_role("checkbox", name="Keep me logged in on this device")
    expect(box).to_be_checked()
    box.uncheck()
    page.get_by_label("Username or email").fill("hanako")
    page.get_by_label("Password", exact=True).fill("not my password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(box).not_to_be_checked()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/account")
    cookie = next(each for each in page.context.cookies() if each["name"] == "jwt")
    assert cookie["expires"] == -1


def test_the_button_stands_above_the_fold(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/login")
    place = page.get_by_role("button", name="Log in", exact=True).bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < 700


def test_a_person_reads_what_happened_and_takes_their_data(page: Page, site: str, tmp_path: Path) -> None:
    sign_up(page, site)
    page.goto(f"{site}/account/data")
    with page.expect_download() as as_json:
        page.get_by_role("button", name="Download for programs (JSON)").click()
    as_json.value.save_as(tmp_path / "account.json")
    assert json.loads((tmp_path / "account.json").read_text())["account"][0]["email"] == "hanako@example.com"
    page.goto(f"{site}/account/data")
    with page.expect_download() as as_html:
        page.get_by_role("button", name="Download to read (HTML)").click()
    as_html.value.save_as(tmp_path / "account.html")
    assert "hanako@example.com" in (tmp_path / "account.html").read_text()
    page.get_by_role("link", name="Activity").click()
    expect(page.get_by_text("The data of this account was downloaded.")).to_have_count(2)
    expect(page.get_by_text("This account was created.")).to_be_visible()


def test_a_person_leaves_and_keeps_the_account_after_all(page: Page, site: str) -> None:
    sign_up(page, site)
    page.goto(f"{site}/account/data")
    page.get_by_role("link", name="Delete account").click()
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account will be deleted on 5 October 2026")
    page.context.clear_cookies()
    log_in(page, site)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account will be deleted on 5 October 2026")
    page.get_by_role("button", name="Keep my account").click()
    expect(page.get_by_text("Your account stays. Log in as before.")).to_be_visible()
    log_in(page, site)
    expect(page).to_have_url(f"{site}/account")

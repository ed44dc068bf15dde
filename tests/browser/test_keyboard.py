"""Does the keyboard alone do, with no script at all: log in, fail, read what is wrong, mend it, be inside? (ux: bar 17)"""

from collections.abc import Iterator

import pytest
from browsing import tab
from entrance import PASSWORD
from playwright.sync_api import Browser, Page, expect

MOST_TABS = 4  # from the top of the page to its first field


@pytest.fixture
def plain(chromium: Browser) -> Iterator[Page]:
    """A browser that runs no script."""
    with tab(chromium, java_script_enabled=False) as page:
        yield page


def focused(page: Page) -> str:
    """The id of what has the focus, or else its words."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.innerText"))


def stops(page: Page, until: str) -> list[str]:
    """Where the Tab key stops on its way to the element of that id, which is the last of them."""
    found: list[str] = []
    while until not in found:
        assert len(found) < 30, found
        page.keyboard.press("Tab")
        found.append(focused(page))
    return found


def typed(page: Page, text: str) -> None:
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def signed_up(page: Page, site: str) -> None:
    """Fields in a row: each is the next stop after the one before, but for the button that shows a password."""
    page.goto(f"{site}/signup")
    assert len(stops(page, "signup-name")) <= MOST_TABS
    page.keyboard.type("Hanako Yamada")
    for id, value in (
        ("signup-email", "hanako@example.com"),
        ("signup-username", "hanako"),
        ("new-password", PASSWORD),
    ):
        assert stops(page, id) == [id]
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")


def test_a_person_fails_to_log_in_reads_why_and_gets_in(plain: Page, site: str) -> None:
    signed_up(plain, site)
    plain.context.clear_cookies()
    plain.goto(f"{site}/login")
    assert len(stops(plain, "username")) <= MOST_TABS
    plain.keyboard.type("hanakko")
    assert stops(plain, "current-password") == ["current-password"]
    plain.keyboard.type(PASSWORD)
    plain.keyboard.press("Enter")
    plain.wait_for_selector("[role=alert]")
    expect(plain.locator(":focus")).to_contain_text("The username or password is not correct")
    plain.keyboard.press("Tab")  # to the sentence, which is a link to the field
    plain.keyboard.press("Enter")
    expect(plain.locator("#username")).to_be_focused()
    typed(plain, "hanako")
    assert stops(plain, "current-password") == ["current-password"]
    plain.keyboard.type(PASSWORD)
    plain.keyboard.press("Enter")
    plain.wait_for_url("**/account")


def test_the_first_stop_leads_past_what_stands_on_every_page(plain: Page, site: str) -> None:
    plain.goto(f"{site}/login")
    plain.keyboard.press("Tab")
    assert focused(plain) == "Skip to main content"
    plain.keyboard.press("Enter")
    assert stops(plain, "username") == ["username"]


def test_everything_of_an_account_is_reached_and_left_again(plain: Page, site: str) -> None:
    signed_up(plain, site)
    found = stops(plain, "Delete account")
    assert {"change-name", "change-email", "change-username", "change-password", "change-language", "Log out"} <= {
        *found
    }
    plain.goto(f"{site}/account")
    stops(plain, "change-name")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**/account/name")
    stops(plain, "account-name")
    typed(plain, "Hana")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**/account")
    assert "Hana" in plain.locator("#row-name").inner_text()

"""Does a page arrive on a slow phone without moving, and without holding it up? (ux: bars 6, 8 and 10; times are shown by bench/pages.py)"""

from typing import Any

import pytest
from browsing import tab
from entrance import PASSWORD
from playwright.sync_api import Browser
from slow_phone import SLOWER, first_visit, longest_task

COLD_LOADS = 5
NOTHING = 0.005  # of layout shift: 0.00. Seen once in many loads of a busy machine: 0.0004, the menu of languages; why is not known
LOADS_UNTIL_QUIET = 5  # at most
LONG_TASK = 50  # ms


def signed_in(chromium: Browser, site: str) -> dict[str, Any]:
    """The cookies of a person who is inside."""
    with tab(chromium) as page:
        page.goto(f"{site}/signup")
        for id, value in (("name", "Hanako"), ("email", "hanako@example.com"), ("username", "hanako")):
            page.locator(f"#signup-{id}").fill(value)
        page.locator("#new-password").fill(PASSWORD)
        page.locator("#new-password").press("Enter")
        page.wait_for_url("**/account")
        return {"storage_state": page.context.storage_state()}


@pytest.mark.parametrize("path", ["/login", "/signup", "/account"])
def test_nothing_moves_and_nothing_is_fetched_elsewhere_in_any_of_five_cold_loads(
    chromium: Browser, site: str, path: str
) -> None:
    options = signed_in(chromium, site) if path == "/account" else {}
    visits = [first_visit(chromium, site + path, **options) for _ in range(COLD_LOADS)]
    moved = [(sum(value for value, _ in each.shifts), each.shifts) for each in visits]
    assert max(moved)[0] < NOTHING, moved
    assert all(len(each.received) <= 4 for each in visits), visits[0].received
    assert all(url.startswith(site) for each in visits for url, _ in each.received)


@pytest.mark.parametrize("path", ["/login", "/signup"])
def test_an_entrance_page_never_holds_a_slow_phone_up(chromium: Browser, site: str, path: str) -> None:
    """No task of more than 50 ms. A garbage collection can only add to one: the quietest visit counts."""
    assert any(longest_task(chromium, site + path) * SLOWER < LONG_TASK for _ in range(LOADS_UNTIL_QUIET))

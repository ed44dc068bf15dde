"""Does the corner of a page name its files, and disturb nothing?"""

from collections.abc import Iterator

import pytest
from browsing import site_at, tab
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from soundness import carried, measured, seen_by_axe

COVERED = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const corner = document.querySelector(".corner").getBoundingClientRect();
  return [...document.querySelectorAll("main *, .foot *, .topbar *")].filter((each) => {
    const box = each.getBoundingClientRect();
    const apart = box.right <= corner.left || box.left >= corner.right || box.bottom <= corner.top || box.top >= corner.bottom;
    return box.width > 1 && !apart;
  }).map((each) => each.outerHTML);
}"""


@pytest.fixture
def site(sqlite_url: str) -> Iterator[str]:
    with site_at(sqlite_url, dev_tools=True) as settings:
        yield settings.base_url


@pytest.fixture
def wide(chromium: Chromium) -> Iterator[Page]:
    with tab(chromium, viewport={"width": 1280, "height": 800}) as page:
        yield page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/login", "/signup?lang=ja", "/dev/mail", "/nowhere"])
def test_is_sound_open_and_closed_on_a_phone_and_wide(chromium: Chromium, site: str, theme: str, path: str) -> None:
    with tab(chromium, color_scheme=theme) as page:
        page.goto(f"{site}{path}")
        carried(page)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(COVERED) == []
            for _ in ("open", "closed"):
                page.locator(".corner summary").click()
                assert seen_by_axe(page, "html") + measured(page, ("layout", "small")) == []
        tall = page.locator(".corner summary").evaluate("each => each.getBoundingClientRect().height")
        assert tall >= 44


def test_is_the_last_that_the_keyboard_reaches(wide: Page, site: str) -> None:
    wide.goto(f"{site}/login")
    wide.keyboard.press("Shift+Tab")
    assert wide.locator(".corner summary:focus").count() == 1
    wide.keyboard.press("Enter")
    wide.keyboard.press("Tab")
    assert wide.locator(".corner__link:focus").get_attribute("href") == "/dev/gallery/pages/login"


def test_names_the_files_of_the_page(wide: Page, site: str) -> None:
    wide.goto(f"{site}/login")
    wide.locator(".corner summary").click()
    said = wide.locator(".corner").inner_text().split()
    assert {
        "templates/pages/login.html",
        "templates/layouts/entrance.html",
        "static/css/components/field.css",
        "templates/pages/login.states.toml",
        "templates/locale/ja/LC_MESSAGES/messages.po",
    } <= set(said)
    assert "static/css/components/letter.css" not in said


def test_is_not_printed(wide: Page, site: str) -> None:
    wide.goto(f"{site}/login")
    wide.emulate_media(media="print")
    assert not wide.locator(".corner").is_visible()


def test_is_there_without_javascript_and_not_in_a_part_of_a_page(chromium: Chromium, site: str) -> None:
    with tab(chromium, java_script_enabled=False) as page:
        page.goto(f"{site}/login")
        assert page.locator("body > .corner").count() == 1
        headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
        part = page.request.get(f"{site}/nowhere", headers=headers).text()
    assert "Page not found" in part
    assert "corner" not in part
    assert "data-since" not in part


def test_a_page_without_states_has_no_link_to_them(wide: Page, site: str) -> None:
    wide.goto(f"{site}/dev/mail")
    assert wide.locator(".corner").count() == 1
    assert wide.locator(".corner__link").count() == 0

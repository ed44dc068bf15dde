"""Does a page say the same with JavaScript and without? (ux: bar 30: nothing differs but the button that shows a password)"""

import pytest
import stage
from browsing import tab
from playwright.sync_api import Browser, Page

BEFORE_THE_DOOR = '{% extends "layouts/entrance.html" %}'
ENTRANCE = [each for each in stage.PAGES if BEFORE_THE_DOOR in (stage.TEMPLATES / f"{each}.html").read_text()]
# What is read, and what stands there to be used; in the order of the page.
SAID = """() => {
  for (const each of document.querySelectorAll(".password__show")) each.remove();
  const used = [...document.querySelectorAll("a, button, input, select, summary")].filter((each) => each.checkVisibility());
  return [document.title, document.body.innerText, ...used.map((each) => `${each.tagName} ${each.name || each.href || each.innerText}`)];
}"""


def said(page: Page, url: str) -> list[str]:
    page.goto(url)
    found: list[str] = page.evaluate(SAID)
    return found


@pytest.mark.parametrize("language", stage.DRAWN_IN)
def test_what_stands_before_the_door_says_the_same(chromium: Browser, staged: str, language: str) -> None:
    assert ENTRANCE
    with tab(chromium) as page, tab(chromium, java_script_enabled=False) as plain:
        for state in (each for template in ENTRANCE for each in stage.STATES[template][:3] if each.part is None):
            url = staged + stage.path(state, language)
            assert said(page, url) == said(plain, url), f"{state.template} · {state.name}"


def test_a_dead_button_is_not_shown_where_nothing_would_press_it(chromium: Browser, site: str) -> None:
    with tab(chromium) as page, tab(chromium, java_script_enabled=False) as plain:
        for each, count in ((page, 1), (plain, 0)):
            each.goto(f"{site}/login")
            assert each.get_by_role("button", name="Show password").count() == count

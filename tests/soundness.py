"""Can everybody use a page? No violation of WCAG, nothing cut off, nothing too small to touch. (ux: the measurable bar)"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}


def is_sound(page: Page, language: str) -> None:
    """No violation, nothing cut off and nothing too small to touch, at 320 px, wide, and with text of twice the size."""
    page.wait_for_load_state("networkidle")
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == language
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()
        fits(page)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    fits(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    small = page.evaluate(
        "[...document.querySelectorAll('button, input:not([type=hidden]), a.button, .languages a, summary')]"
        ".map((each) => each.type === 'checkbox' ? each.closest('label') : each)"
        ".filter((each) => each.offsetParent && each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
    )
    assert small == []


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

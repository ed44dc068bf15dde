"""How long is it from a save to the page that shows it? `python3 bench/reload.py` after `python3 run.py tools`; the bar is 300 ms.

A server as `python3 run.py` starts it, in a copy of the site; Chromium with the login page open and a name typed into it. Ten
saves of each kind, as an editor makes them; the end is the frame that shows the change, by the browser's own clock.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT / "tests")]

import machine
from browsing import FLAGS
from playwright.sync_api import Page, sync_playwright
from workshop import Workshop, workshop

SAVES, BAR = 10, 300  # milliseconds
SEEN = """(condition) => {
  window.seen = new Promise((done, fail) => {
    setTimeout(() => fail(new Error("nothing was seen for ten seconds")), 10_000);
    const look = () => condition() ? requestAnimationFrame(() => done(performance.timeOrigin + performance.now()))
      : requestAnimationFrame(look);
    look();
  });
}"""
PAINTED = "performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0].startTime"


def template(shop: Workshop, page: Page, number: int) -> float:
    watch(page, f"document.querySelector('h1').textContent === 'Save {number}'")
    return painted(
        page, saving(shop, "templates/pages/login.html", '<h1>{{ _("Log in") }}</h1>', f"<h1>Save {number}</h1>")
    )


def component(shop: Workshop, page: Page, number: int) -> float:
    watch(page, f"document.querySelector('.field__label').textContent.endsWith('{number}')")
    return painted(
        page, saving(shop, "templates/components/field.html", "{{ label }}</label>", f"{{{{ label }}}}{number}</label>")
    )


def style(shop: Workshop, page: Page, number: int) -> float:
    watch(page, f"getComputedStyle(document.body).backgroundColor === 'rgb(1, 2, {number})'")
    return painted(page, saving(shop, "static/css/tokens.css", "#f6f3ec", f"#0102{number:02x}"))


def catalog(shop: Workshop, page: Page, number: int) -> float:
    watch(page, f"document.querySelector('h1').textContent === '入る{number}'")
    name = "templates/locale/ja/LC_MESSAGES/messages.po"
    return painted(
        page, saving(shop, name, 'msgid "Log in"\nmsgstr "ログイン"', f'msgid "Log in"\nmsgstr "入る{number}"')
    )


def script(shop: Workshop, page: Page, number: int) -> float:
    name = "static/js/genkan.js"
    began = saving(shop, name, '"use strict";', f'"use strict"; document.documentElement.id = "fresh-{number}";')
    page.locator(f"#fresh-{number}").wait_for()
    while not page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):
        pass
    return float(page.evaluate(PAINTED)) - began


def watch(page: Page, condition: str) -> None:
    page.evaluate(f"({SEEN})(() => {condition})")


def painted(page: Page, began: float) -> float:
    return float(page.evaluate("window.seen")) - began


ORIGINALS: dict[Path, str] = {}


def saving(shop: Workshop, name: str, old: str, new: str) -> float:
    """Returns when, in milliseconds of the clock."""
    path = shop.folder / name
    original = ORIGINALS.setdefault(path, path.read_text())
    assert old in original
    began = time.time() * 1000
    shop.save(path, original.replace(old, new))
    return began


KINDS: dict[str, tuple[str, Callable[[Workshop, Page, int], float]]] = {
    "a template": ("en", template),
    "a component": ("en", component),
    "a style sheet": ("en", style),
    "a catalog": ("ja", catalog),
    "a script (loaded again)": ("en", script),
}


def main() -> int:
    slow = 0
    with tempfile.TemporaryDirectory() as folder, workshop(Path(folder)) as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=machine.chromium(), args=FLAGS)
        print(f"from save to paint, {SAVES} saves each, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        for kind, (language, measured) in KINDS.items():
            page = browser.new_page()
            page.goto(f"{shop.url}/login?lang={language}")
            page.locator("#username").fill("hanako")
            took = [measured(shop, page, number) for number in range(1, SAVES + 1)]
            median, worst = statistics.median(took), max(took)
            slow += median > BAR
            print(
                f"{kind:26} median {median:4.0f} ms   worst {worst:4.0f} ms   bar {BAR} ms {'' if median <= BAR else '  TOO SLOW'}"
            )
            page.close()
            for path, text in ORIGINALS.items():
                shop.save(path, text)
        browser.close()
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())

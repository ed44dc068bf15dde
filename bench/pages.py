"""What does a page weigh, and how soon is it there? `python3 bench/pages.py` after `python3 run.py tools`; CHROMIUM names a browser.

The site as it is in production, to a slow phone: a quarter of this machine's speed, 1.6 Mbit/s, 150 ms, nothing kept. Weights are
bytes on the line with the heads of the answers; times are medians, and vary with the machine and with what else it does.
"""

import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT / "tests")]

from browsing import FLAGS, site_at, tab
from entrance import PASSWORD, provider
from machine import chromium
from playwright.sync_api import Browser, Page, sync_playwright
from slow_phone import Seen, first_visit, seen, slow_phone

LOADS = 5
# Three, and four more in a fold.
PROVIDERS = ("google", "github", "line", "microsoft", "apple", "gitlab", "discord")
PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "dev_provider": False,
    "providers": tuple(provider(name) for name in PROVIDERS),
    "smtp_url": "smtp://127.0.0.1:9",
    "mail_from": "no-reply@example.com",
}


class Bars(NamedTuple):
    """The most that is allowed. Bytes, and ms; long: tasks above 50 ms, None where they are not counted."""

    total: float = 25 * 1024
    html: float = 5 * 1024
    css: float = 6 * 1024
    js: float = (13.3 + 1.5) * 1024  # htmx, and our own
    long: int | None = 0


PAGES = {"/login": Bars(), "/signup": Bars(), "/account": Bars(total=30 * 1024, long=None)}
REQUESTS, FIRST, LARGEST, SHIFT, SLOWEST = 4, 1200, 1500, 0.01, 200


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        with site_at(f"sqlite:///{folder}/genkan.db", **PRODUCTION) as settings:
            print(
                f"{os.cpu_count()} cores, Chromium {browser.version}; medians of {LOADS} cold loads on the slow phone"
            )
            inside = signed_up(browser, settings.base_url)
            met = [measured(browser, settings.base_url, path, inside) for path in PAGES]
            met.append(pressed(browser, settings.base_url))
        browser.close()
    return 0 if all(met) else 1


def measured(browser: Browser, site: str, path: str, inside: Any) -> bool:
    options = {"storage_state": inside} if path == "/account" else {}
    visits = [first_visit(browser, site + path, **options) for _ in range(LOADS)]
    first, bars = visits[0], PAGES[path]
    print(f"\n{path}")
    met = [
        weighed("all of it, first visit", weight(first, ""), bars.total),
        weighed("  HTML", weight(first, path), bars.html),
        weighed("  CSS", weight(first, ".css"), bars.css),
        weighed("  JS, with htmx", weight(first, ".js"), bars.js),
        verdict("requests", len(first.received), REQUESTS, ""),
        verdict("first contentful paint", statistics.median(each.first for each in visits), FIRST, " ms"),
        verdict("largest contentful paint", statistics.median(each.largest for each in visits), LARGEST, " ms"),
        verdict("layout shift, the worst load", max(shift(each) for each in visits), SHIFT, ""),
    ]
    if bars.long is not None:
        met.append(verdict("long tasks, the quietest load", min(len(each.long) for each in visits), bars.long, ""))
    return all(met)


def pressed(browser: Browser, site: str) -> bool:
    """The slowest answer of the page to a key or a press, while somebody fails to log in."""
    print("\nlogging in, in vain")
    with slow_phone(browser) as (page, received):
        page.goto(f"{site}/login")
        page.locator("#username").press_sequentially("hanako")
        page.locator(".password__show").click()
        page.locator("#current-password").press_sequentially("wrong")
        page.locator("#login-form .button[data-kind=primary]").click()
        page.wait_for_selector("[role=alert]")
        return verdict("slowest interaction", seen(page, received).slowest, SLOWEST, " ms")


def signed_up(browser: Browser, site: str) -> Any:
    """The cookies of a person who is inside."""
    with tab(browser) as page:
        page.goto(f"{site}/signup")
        filled(page, name="Hanako", email="hanako@example.com", username="hanako")
        page.locator("#new-password").fill(PASSWORD)
        page.locator("#new-password").press("Enter")
        page.wait_for_url("**/account")
        return page.context.storage_state()


def filled(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#signup-{name}").fill(value)


def weight(visit: Seen, end: str) -> float:
    return sum(size for url, size in visit.received if url.endswith(end))


def shift(visit: Seen) -> float:
    return sum(value for value, _ in visit.shifts)


def weighed(what: str, size: float, most: float) -> bool:
    return verdict(what, size / 1024, most / 1024, " KB")


def verdict(what: str, found: float, most: float, unit: str) -> bool:
    met = found <= most
    print(f"{'ok    ' if met else 'missed'} {what}: {found:.4g}{unit} (at most {most:.4g}{unit})", flush=True)
    return met


if __name__ == "__main__":
    sys.exit(main())

"""Can everybody use a page? No violation of WCAG, nothing cut off, nothing too small to touch. (ux: the measurable bar)"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import BrowserContext, Page

MEASURES: Final = Path(__file__).with_suffix(".js").read_text()
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ASKED_BESIDE: Final = ("color-contrast-enhanced", "target-size")  # AAA, and what axe leaves out by itself
# What holds for a page of a site, and not for a mail, which stands inside the page of a mail program.
NOT_OF_A_MAIL: Final = ("bypass", "landmark-one-main", "region")
# A file that is kept has the reader's own colours; axe knows only its own. Its tables are as wide as what is in them (WCAG 1.4.10).
NOT_OF_A_FILE: Final = ("color-contrast", "color-contrast-enhanced")
WIDTHS: Final = (320, 1280)
WIDTHS_OF_MAIL: Final = (320, 640)
FITTING: Final = ("layout", "menus")
# What axe would find, as sentences; `incomplete` is contrast that it could not work out.
RUN: Final = """([part, options]) => axe.run(part, options).then((found) => [...found.violations, ...found.incomplete].flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.html.replace(/\\s+/g, " ").slice(0, 110)} (${
    [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ").slice(0, 160)})`)))"""


def prepared(context: BrowserContext) -> None:
    """From now on every page of this browser carries what looks at it."""
    context.add_init_script(f"if (window === window.top) {{ {AXE};\n{MEASURES} }}")


def carried(page: Page) -> None:
    """The page that stands there carries it, too."""
    if not page.evaluate("Boolean(window.sound)"):
        page.evaluate(AXE)
        page.evaluate(MEASURES)


def is_sound(page: Page, language: str) -> None:
    """No violation, nothing cut off and nothing too small to touch, on a phone, wide, and with text of twice the size."""
    page.wait_for_load_state()
    carried(page)
    found = list(faults(page, language))
    assert not found, "\n".join(found)


def faults(page: Page, language: str) -> Iterator[str]:
    """All that is wrong with the page that stands there, with all that is folded opened."""
    yield from page.evaluate("(code) => sound.structure(code)", language)
    for width in WIDTHS:
        yield from faults_at(page, width, ("layout", "small", "tiny", "doubled", "spaced", "menus"))


def faults_of_mail(page: Page, language: str) -> Iterator[str]:
    """The same for a mail. Its text grows with the mail program's zoom, which is a narrower window."""
    yield from page.evaluate("(code) => sound.structure(code)", language)
    for width in WIDTHS_OF_MAIL:
        yield from faults_at(page, width, ("layout", "small", "tiny", "spaced"), NOT_OF_A_MAIL)


def faults_of_file(page: Page, language: str) -> Iterator[str]:
    """The same for a page that is downloaded, and read without a style of ours."""
    yield from page.evaluate("(code) => sound.structure(code)", language)
    yield from faults_at(page, WIDTHS[1], ("tiny",), NOT_OF_A_FILE)


def faults_at(page: Page, width: int, measures: tuple[str, ...], leave_out: tuple[str, ...] = ()) -> Iterator[str]:
    """What axe finds, and what can be measured, at a width. measures: of soundness.js; leave_out: rules of axe."""
    page.set_viewport_size({"width": width, "height": 800})
    found = seen_by_axe(page, "html", *leave_out) if measures != FITTING else []
    found += page.evaluate("(names) => names.flatMap((name) => sound[name]())", list(measures))
    yield from (f"{width} px: {each}" for each in found)


def seen_by_axe(page: Page, part: str, *leave_out: str) -> list[str]:
    """part: a selector of what is to be looked at."""
    found: list[str] = page.evaluate(RUN, [part, options(*leave_out)])
    return found


def misfits(page: Page) -> Iterator[str]:
    """Of all that could be wrong, what a longer language could make so: nothing is too wide, cut off or written over, on a phone."""
    yield from faults_at(page, WIDTHS[0], FITTING)


def options(*leave_out: str) -> dict[str, Any]:
    """Of axe. Only what is wrong is asked for: the rest costs most of the time."""
    return {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {each: {"enabled": each not in leave_out} for each in (*ASKED_BESIDE, *leave_out)}
        | {"frame-tested": {"enabled": False}},  # the mail in a frame is looked at by itself
        "iframes": False,
        "resultTypes": ["violations", "incomplete"],
        "selectors": False,
        "preload": False,
    }

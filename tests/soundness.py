"""Can everybody use a page? No violation of WCAG, nothing cut off, nothing too small to touch. (ux: the measurable bar)"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import BrowserContext, Page

MEASURES: Final = Path(__file__).with_suffix(".js").read_text()
TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ASKED_BESIDE: Final = ("color-contrast-enhanced", "target-size")  # AAA, and what axe leaves out by itself


class Kind(NamedTuple):
    """What is looked at. widths: px; measures: of soundness.js; leave_out: rules of axe."""

    widths: tuple[int, ...]
    measures: tuple[str, ...]
    leave_out: tuple[str, ...] = ()


PAGE: Final = Kind((320, 1280), ("layout", "small", "tiny", "doubled", "spaced", "menus"))
# It stands inside the page of a mail program; its text grows with that program's zoom, which is a narrower window.
MAIL: Final = Kind((320, 640), ("layout", "small", "tiny", "spaced"), ("bypass", "landmark-one-main", "region"))
# Downloaded, and read without a style of ours: in the reader's colours, where axe knows only its own, and with tables as wide as
# what is in them (WCAG 1.4.10).
FILE: Final = Kind((1280,), ("tiny",), ("color-contrast", "color-contrast-enhanced"))
OF_COLOURS: Final = ("color-contrast", "color-contrast-enhanced", "link-in-text-block")  # the rules of axe
OF_THE_THEME: Final = ("layout",)  # the rest of what is measured is the same in any colours
OF_THE_WORDS: Final = ("layout", "menus")
# What axe would find, as sentences; `incomplete` is contrast that it could not work out.
RUN: Final = """([part, options]) => axe.run(part, options).then((found) => [...found.violations, ...found.incomplete].flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.html.replace(/\\s+/g, " ").slice(0, 110)} (${
    [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ").slice(0, 160)})`)))"""


def prepared(context: BrowserContext) -> None:
    """From now on every page of this browser carries what measures it."""
    context.add_init_script(f"if (window === window.top) {{ {MEASURES} }}")


def carried(page: Page) -> None:
    """The page that stands there carries it, too."""
    if not page.evaluate("Boolean(window.sound)"):
        page.evaluate(MEASURES)


def is_sound(page: Page, language: str) -> None:
    """No violation, nothing cut off and nothing too small to touch, on a phone, wide, and with text of twice the size."""
    page.wait_for_load_state()
    carried(page)
    found = list(faults(page, language))
    assert not found, "\n".join(found)


def faults(page: Page, language: str, kind: Kind = PAGE) -> Iterator[str]:
    """All that is wrong with the page that stands there, with all that is folded opened."""
    yield from structure(page, language)
    yield from looked_at(page, kind, kind.measures)


def structure(page: Page, language: str) -> list[str]:
    found: list[str] = page.evaluate("(code) => sound.structure(code)", language)
    return found


def shape(page: Page) -> int:
    """What axe judges by: elements, attributes, and whether there is text in them. It has no opinion on which text."""
    return hash(page.evaluate("sound.shape()"))


def looked_at(
    page: Page, kind: Kind, measures: tuple[str, ...], *, with_axe: bool = True, colours_only: bool = False
) -> Iterator[str]:
    """What is wrong with it as it is painted just now, at each width. colours_only: axe has seen the rest of it in another theme."""
    asked = only_colours(*kind.leave_out) if colours_only else options(*kind.leave_out)
    for width in kind.widths:
        page.set_viewport_size({"width": width, "height": 800})
        found = by_axe(page, "html", asked) if with_axe else []
        yield from (f"{width} px: {each}" for each in found + measured(page, measures))


def misfits(page: Page) -> list[str]:
    """What a longer language could make wrong on a phone: what is too wide, cut off, or written over."""
    page.set_viewport_size({"width": PAGE.widths[0], "height": 800})
    return measured(page, OF_THE_WORDS)


def measured(page: Page, measures: tuple[str, ...]) -> list[str]:
    found: list[str] = page.evaluate("(names) => names.flatMap((name) => sound[name]())", [*measures])
    return found


def seen_by_axe(page: Page, part: str, *leave_out: str) -> list[str]:
    """part: a selector of what is to be looked at; leave_out: rules."""
    return by_axe(page, part, options(*leave_out))


def by_axe(page: Page, part: str, asked: dict[str, Any]) -> list[str]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN, [part, asked])
    return found


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


def only_colours(*leave_out: str) -> dict[str, Any]:
    """The same, but for whatever has nothing to do with the theme."""
    rules = [each for each in OF_COLOURS if each not in leave_out]
    return options() | {"runOnly": {"type": "rule", "values": rules}, "rules": {}}

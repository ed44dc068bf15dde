"""Does what looks at the pages see? Each fault, in a page that has it and no other, is found and named."""

import re

import pytest
import soundness
from browsing import tab
from playwright.sync_api import Browser, Page

PAGE = """<!doctype html><html lang="{lang}"><head><title>{title}</title><style>
  body {{ font: 1rem/1.5 sans-serif; margin: 0; color: #000; background: #fff }} {style}
</style></head><body><main><h1>Log in</h1>{body}</main></body></html>"""
BUTTON = "<p><button style='min-height: 3rem; font: inherit'>Log in</button></p>"
# What is wrong with the page: its style and its body, and how that is said.
FAULTS: dict[str, tuple[str, str, str]] = {
    "no label": ("", "<input style='font: inherit; height: 3rem'>", "320 px: label: "),
    "grey on grey": ("p { color: #666 }", "<p>Hanako</p>", "320 px: color-contrast-enhanced: "),
    "colours of nobody knows what": (
        "div { background: linear-gradient(#fff, #000) }",
        "<div><p>Hanako</p></div>",
        "320 px: color-contrast: ",
    ),
    "two of a name": ("", "<p id='a'>a</p><p id='a'>b</p>", "has ids twice: a"),
    "two headings": ("", "<h1>Log in</h1>", "has 2 h1"),
    "no heading in order": ("", "<h4>Log in</h4>", "320 px: heading-order: "),
    "the focus asked for twice": (
        "input { font: inherit; height: 3rem }",
        "<label>a<input autofocus></label><label>b<input autofocus></label>",
        "asks for the focus twice",
    ),
    "too wide": ("", "<p style='width: 400px'>Hanako</p>", "320 px: is 400 px wide: <p"),
    "left of the page": ("", "<p style='margin-left: -2rem'>Hanako</p>", "320 px: stands left of the page: <p"),
    "cut off": ("", "<p style='overflow: hidden; height: .4rem'>Hanako</p>", "320 px: text is cut off by <p"),
    "out of its box": (
        "",
        "<p style='border: 1px solid; width: 4rem; white-space: nowrap'>Hanako Yamada</p>",
        "320 px: text sticks out of <p",
    ),
    "a field too low": (
        "",
        "<label>a <input style='font: inherit; height: 12px; padding: 0'></label>",
        "is too low for its text",
    ),
    "one over another": (
        "",
        "<p>Hanako</p><p style='margin-top: -2.4rem'>Yamada</p>",
        "320 px: text over text: <p>Hanako</p>",
    ),
    "hard to hit": (
        "",
        "<p><button style='font: inherit; height: 2rem'>Log in</button></p>",
        "320 px: is 32 px high, not 44: <button",
    ),
    "a link alone": ("", "<p><a href='/'>Log in</a></p>", "px high, not 44: <a"),
    "small text": ("", "<p style='font-size: 13px'>Hanako</p>", "320 px: text of 13px, not 14px: <p"),
    "a small field": (
        "",
        "<label>a <input style='font-size: 15px; height: 3rem'></label>",
        "320 px: text of 15px, not 16px: <input",
    ),
    "text that does not grow": (
        "",
        "<p style='font-size: 16px'>Hanako</p>",
        "320 px: text of 200 %: does not grow: <p",
    ),
    "no room for text that grows": (
        "",
        "<p style='overflow: hidden; width: 5rem; max-width: 60px; white-space: nowrap'>Hana</p>",
        "320 px: text of 200 %: text is cut off by <p",
    ),
    "no room for text with spaces": (
        "",
        "<p style='overflow: hidden; height: 1.6rem; width: 8.5rem'>Hanako Yamada</p>",
        "320 px: text spacing: text is cut off by <p",
    ),
}


@pytest.fixture(scope="module")
def sheet(chromium: Browser) -> Page:
    return chromium.new_context().new_page()


def found(page: Page, **parts: str) -> list[str]:
    page.set_content(PAGE.format(**{"lang": "en", "title": "Log in", "style": "", "body": BUTTON} | parts))
    soundness.carried(page)
    return list(soundness.faults(page, "en"))


@pytest.mark.parametrize("fault", FAULTS)
def test_finds(sheet: Page, fault: str) -> None:
    style, body, said = FAULTS[fault]
    everything = found(sheet, style=style, body=body)
    assert [each for each in everything if said in each], everything


def test_finds_a_page_without_a_title_and_one_in_another_language(sheet: Page) -> None:
    assert "has no title" in found(sheet, title="")
    assert 'says lang="ja"' in found(sheet, lang="ja")


def test_finds_nothing_where_nothing_is_wrong(sheet: Page) -> None:
    menu = "<details><summary style='line-height: 3rem'>More</summary><p style='position: absolute; margin: 0'>Over the page</p></details>"
    assert found(sheet, body=f"{menu}{BUTTON}<p>Read <a href='/'>how to log in</a> first.</p>") == []


def test_the_same_looks_are_taken_of_a_mail(chromium: Browser) -> None:
    with tab(chromium) as page:
        page.set_content(
            "<!doctype html><html lang='ja'><title>a</title><h1>Log in</h1><p style='width: 700px'>Hanako</p></html>"
        )
        soundness.carried(page)
        assert [re.sub(": <.*", "", each) for each in soundness.faults(page, "ja", soundness.MAIL)] == [
            "320 px: is 708 px wide",
            "320 px: text spacing: is 708 px wide",
            "640 px: is 708 px wide",
            "640 px: text spacing: is 708 px wide",
        ]


def test_another_theme_is_looked_at_for_its_colours(sheet: Page) -> None:
    style = ":root { color-scheme: light dark } h1 { color: light-dark(#000, #555) } body { background: light-dark(#fff, #111) }"
    assert found(sheet, style=style) == []
    sheet.emulate_media(color_scheme="dark")
    said = list(soundness.looked_at(sheet, soundness.PAGE, soundness.OF_THE_THEME, colours_only=True))
    sheet.emulate_media(color_scheme="light")
    assert {each.rpartition(": <")[0] for each in said} == {
        f"{width} px: {rule}" for width in (320, 1280) for rule in ("color-contrast", "color-contrast-enhanced")
    }


def test_a_page_is_of_the_same_shape_with_other_words_alone(sheet: Page) -> None:
    def shape(body: str) -> int:
        found(sheet, body=body)
        return soundness.shape(sheet)

    one = shape("<p class='hint'>Hanako <b>Yamada</b></p>")
    assert one == shape("<p class='hint'>Taro <b>Sato</b></p>")
    for other in (
        "<p class='lead'>Hanako <b>Yamada</b></p>",
        "<p class='hint'>Hanako <b></b></p>",
        "<p class='hint'>Hanako</p><b>Yamada</b>",
        "<p class='hint' aria-hidden='true'>Hanako <b>Yamada</b></p>",
        "<p class='hint'><b>Yamada</b></p>",
    ):
        assert shape(other) != one

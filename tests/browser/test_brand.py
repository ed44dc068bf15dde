"""Does a team's logo look right at any proportion, move nothing while it arrives, and break nothing on a small screen?"""

from pathlib import Path

import pytest
from branding import put
from browsing import site_at, tab
from playwright.sync_api import Browser

LOGOS = {"wide": (400, 100), "square": (100, 100), "tall": (50, 120), "endless": (3000, 100)}
WIDTHS = (320, 1280)
SHIFT = (
    "window.shift = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) window.shift += each.value; })"
    ".observe({type: 'layout-shift', buffered: true});"
)
MEASURES = """() => {
    const image = document.querySelector('.plate__logo').getBoundingClientRect()
    const plate = document.querySelector('.plate').getBoundingClientRect()
    return {
        height: image.height,
        inside: image.left >= plate.left && image.right <= plate.right && image.top >= plate.top && image.bottom <= plate.bottom,
        over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        name: document.querySelector('.plate').innerText.trim() || document.querySelector('.plate__logo').alt,
    }
}"""


def logo(width: int, height: int, colour: str = "#135") -> str:
    box = f'viewBox="0 0 {width} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><path fill="{colour}" d="M0 0h{width}v{height}H0z"/></svg>'


@pytest.mark.parametrize("kind", LOGOS)
def test_a_logo_of_any_proportion_stands_within_its_plate_and_moves_nothing(
    chromium: Browser, sqlite_url: str, tmp_path: Path, kind: str
) -> None:
    brand = put(tmp_path / "brand", {"img/logo.svg": logo(*LOGOS[kind])})
    with site_at(sqlite_url, brand_dir=brand, site_name="The mill") as site:
        for width in WIDTHS:
            for code in ("en", "ja"):
                with tab(chromium, viewport={"width": width, "height": 700}) as page:
                    page.add_init_script(SHIFT)
                    page.goto(f"{site.base_url}/login?lang={code}")
                    page.wait_for_function("document.querySelector('.plate__logo').complete")
                    found = page.evaluate(MEASURES)
                    assert found == {
                        "height": 32 if width == 320 else 48,
                        "inside": True,
                        "over": 0,
                        "name": "The mill",
                    }, (width, code)
                    assert page.evaluate("window.shift") == 0


def test_a_logo_for_the_dark_is_shown_there_and_one_without_stands_on_light_paper(
    chromium: Browser, sqlite_url: str, tmp_path: Path
) -> None:
    shown = "document.querySelector('.plate__logo').currentSrc"
    ground = "getComputedStyle(document.querySelector('.plate')).backgroundColor"
    for number, more in enumerate(({}, {"img/logo.dark.svg": logo(400, 100, "#9cf")})):
        brand = put(tmp_path / str(number), {"img/logo.svg": logo(400, 100)} | more)
        found = []
        with site_at(sqlite_url, brand_dir=brand) as site:
            for scheme in ("light", "dark"):
                with tab(chromium, color_scheme=scheme) as page:
                    page.goto(f"{site.base_url}/login")
                    found.append((page.evaluate(shown), page.evaluate(ground)))
        pictures, grounds = {each[0] for each in found}, {each[1] for each in found}
        assert (len(pictures), len(grounds)) == (1 + number, 1 + number)


def test_a_font_of_their_own_is_let_in(chromium: Browser, sqlite_url: str, tmp_path: Path) -> None:
    """It is no font, but it is asked for: the policy lets it, and `tab` fails where that complains."""
    css = "@font-face { font-family: Own; src: url(../img/own.woff2) } :root { --font: Own, serif }"
    brand = put(tmp_path / "brand", {"img/own.woff2": b"wOF2", "css/own.css": css})
    with site_at(sqlite_url, brand_dir=brand) as site, tab(chromium) as page:
        with page.expect_response("**/own.*.woff2") as response:
            page.goto(f"{site.base_url}/login")
        assert response.value.status == 200

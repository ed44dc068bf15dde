"""How are the pictures made? By the tests' browser: `GENKAN_TEST_CHROMIUM=$(which chromium) python3 tests/pictures.py`.

docs/pictures: the README's, and the guide's for designers. static/img/card.png: what a chat shows for an address of the site. static/img/touch-icon.png: the icon as a picture.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT / "tests")]

from browsing import FLAGS, site_at  # noqa: E402
from genkan.settings import ProviderSettings  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

SHOWN = ("google", "line", "github", "microsoft")
# Of the gallery, for docs/design-guide.md: its address, and how high.
GUIDE = {
    "gallery": ("/dev/gallery", 620),
    "gallery.states": ("/dev/gallery/pages/signup?state=two-errors&language=ja&theme=dark&width=320&js=off", 760),
    "gallery.tokens": ("/dev/gallery/tokens", 620),
}
BROKEN = '{% extends "layouts/entrance.html" %}\n{% block main %}\n<h1>{{ _("Log in") }}</h1>\n{{ ui.field(form.usernam, _("Username or email")) }}\n{% endblock %}\n'
# A team's folder as it is named where it lies in the site's own.
SHORTER = """(folder) => document.querySelectorAll("h2").forEach((each) => {
  if (each.textContent.includes(folder)) each.textContent = each.textContent.replace(/^.*\\/brand\\//, "brand/");
})"""
LOOKS: tuple[tuple[str, str, Literal["light", "dark"]], ...] = (("en", "Genkan", "light"), ("ja", "玄関", "dark"))
IMAGES = ROOT / "static" / "img"
STYLES = "".join(
    path.read_text()
    for pattern in ("tokens.css", "base.css", "layouts/*.css", "components/*.css")
    for path in sorted((ROOT / "static" / "css").glob(pattern))
)
# The entrance without words: whose it is stands beside it, wherever it is shown.
CARD = """<!doctype html><html lang="ja"><meta charset="utf-8"><style>{styles}
  :root {{ font-size: 20px; }} .entrance main {{ padding-block: 5rem; }} .entrance .topbar {{ justify-content: center; }}
  .plate svg {{ display: block; inline-size: 9rem; }} .entrance .plate {{ padding: 2rem; }}
</style><body class="entrance"><header class="topbar"><span class="plate">{icon}</span></header><main><div class="stack" data-gap="large">
<div class="stack"><div class="field__input"></div><div class="field__input"></div><div class="button" data-kind="primary"></div></div>
<div class="or"></div><div class="stack" data-gap="small"><div class="button"></div><div class="button"></div></div>
</div></main></body></html>"""
# Phones round the corners themselves.
TOUCH = "<!doctype html><style>body {{ margin: 0; background: #234a7c; }} svg {{ display: block; }}</style>{icon}"


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["GENKAN_TEST_CHROMIUM"], args=FLAGS)
        icon = (IMAGES / "favicon.svg").read_text()
        draw(browser, CARD.format(styles=STYLES, icon=icon), 1200, 630, IMAGES / "card.png")
        draw(browser, TOUCH.format(icon=icon), 180, 180, IMAGES / "touch-icon.png")
        draw_readme(browser)
        draw_guide(browser)
        browser.close()


def draw(browser: Browser, html: str, width: int, height: int, path: Path) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.set_content(html)
    page.screenshot(path=path)


def draw_readme(browser: Browser) -> None:
    providers = tuple(ProviderSettings(name, "id", "secret") for name in SHOWN)
    for language, name, scheme in LOOKS:
        with tempfile.TemporaryDirectory() as folder:
            with site_at(f"sqlite:///{folder}/genkan.db", providers=providers, site_name=name) as site:
                page = browser.new_page(locale=language, color_scheme=scheme, viewport={"width": 1240, "height": 820})
                page.goto(f"{site.base_url}/login")
                page.screenshot(path=ROOT / "docs" / "pictures" / f"login.{language}.{scheme}.png")


def draw_guide(browser: Browser) -> None:
    """The gallery, and the page that explains a template with a misspelt name."""
    with tempfile.TemporaryDirectory() as folder:
        with site_at(f"sqlite:///{folder}/genkan.db") as site:
            for name, (address, height) in GUIDE.items():
                photograph(browser, site.base_url + address, height, name)
        broken = Path(folder) / "brand" / "templates" / "pages" / "login.html"
        broken.parent.mkdir(parents=True)
        broken.write_text(BROKEN)
        with site_at(f"sqlite:///{folder}/genkan.db", brand_dir=Path(folder) / "brand", dev_tools=True) as site:
            photograph(
                browser, f"{site.base_url}/login", 460, "error", until="load"
            )  # it goes on asking what was saved


def photograph(
    browser: Browser, address: str, height: int, name: str, *, until: Literal["load", "networkidle"] = "networkidle"
) -> None:
    page = browser.new_page(color_scheme="light", viewport={"width": 1240, "height": height})
    page.goto(address, wait_until=until)
    page.evaluate(SHORTER, tempfile.gettempdir())
    page.screenshot(path=ROOT / "docs" / "pictures" / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()

"""How are the README's pictures made? By the tests' browser: `GENKAN_TEST_CHROMIUM=$(which chromium) python3 tests/pictures.py`."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "site"), str(ROOT / "tests")]

from browsing import FLAGS, site_at  # noqa: E402
from genkan.settings import ProviderSettings  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

SHOWN = ("google", "line", "github", "microsoft")
LOOKS: tuple[tuple[str, Literal["light", "dark"]], ...] = (("en", "light"), ("ja", "dark"))


def main() -> None:
    providers = tuple(ProviderSettings(name, "id", "secret") for name in SHOWN)
    with tempfile.TemporaryDirectory() as folder, site_at(f"sqlite:///{folder}/genkan.db", providers=providers) as site:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=os.environ["GENKAN_TEST_CHROMIUM"], args=FLAGS)
            for language, scheme in LOOKS:
                context = browser.new_context(
                    locale=language, color_scheme=scheme, viewport={"width": 1100, "height": 640}
                )
                page = context.new_page()
                page.goto(f"{site.base_url}/login")
                page.screenshot(path=ROOT / "docs" / "pictures" / f"login.{language}.{scheme}.png")
            browser.close()


if __name__ == "__main__":
    main()

"""Are pages light? What everybody waits for, gzipped: the style sheet, our script, and the page where people log in."""

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.web.assets import Assets

STYLES: Final = 6 * 1024  # bytes, as all below
SCRIPT: Final = 1536
PAGE: Final = 5 * 1024
LOGIN: Final = "pages/login"


def findings(root: Path, assets: Assets, every: Iterable[Shown]) -> Iterator[Finding]:
    styles = assets.table[assets.stylesheet.rpartition("/")[2]]
    yield from _heavy("static/css/base.css", "All style sheets together", len(styles.packed or b""), STYLES)
    own = (root / "static" / "js" / "genkan.js").read_bytes()
    yield from _heavy("static/js/genkan.js", "The script", _packed(own), SCRIPT)
    pages = [_packed(each.plain.encode()) for each in every if each.state.template == LOGIN and each.html]
    yield from _heavy(f"templates/{LOGIN}.html", "The heaviest state of this page", max(pages, default=0), PAGE)


def _packed(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def _heavy(path: str, what: str, size: int, most: int) -> Iterator[Finding]:
    if size > most:
        yield Finding(
            path, 1, "weight", f"{what} come to {size} bytes gzipped, {size - most} more than the {most} there are."
        )

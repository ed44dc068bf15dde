"""Is all that a team put into BRAND_DIR used? What cannot be, what lies where nobody looks, and sentences that nobody says."""

import difflib
import re
from pathlib import Path
from typing import Final

from genkan.design import copies
from genkan.web import catalog
from genkan.web.brand import SHOWN, Brand

BELONGS: Final = {".css": "css", ".po": "locale", ".html": "templates"} | dict.fromkeys(SHOWN, "img")
CATALOG: Final = re.compile(r"locale/\w+/LC_MESSAGES/messages\.po")
SAID: Final = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')


def unusable(root: Path, brand: Path) -> list[str]:
    """What the site refuses to start with."""
    return Brand(brand).faults()


def misplaced(root: Path, brand: Path) -> list[str]:
    """Files in folders where nobody looks for them."""
    found = []
    for path in Brand(brand).files():
        place = path.relative_to(brand).as_posix()
        room = BELONGS.get(path.suffix)
        is_astray = room is not None and not place.startswith(f"{room}/")
        if is_astray or (path.suffix == ".css" and place.count("/") > 1):
            found.append(f"{copies.shown(path, root)}: nothing looks there; it belongs into {room}/.")
        elif path.suffix == ".po" and not CATALOG.fullmatch(place):
            found.append(
                f"{copies.shown(path, root)}: nothing looks there; it belongs into locale/CODE/LC_MESSAGES/messages.po."
            )
    return found


def unsaid(root: Path, brand: Path) -> list[str]:
    """Sentences of their catalogs that stand in no template of ours or theirs: mistyped, or changed in ours since."""
    known = _known(root, brand)
    found = []
    for path in sorted(brand.glob("locale/*/LC_MESSAGES/messages.po")):
        if catalog.faults(path):
            continue  # said by `unusable`
        for english in catalog.read(path).keys() - known:
            near = difflib.get_close_matches(english, known, 1, 0.6)
            meant = f" Did you mean “{near[0]}”?" if near else ""
            found.append(f"{copies.shown(path, root)}: nobody says “{english}”.{meant}")
    return sorted(found)


def _known(root: Path, brand: Path) -> set[str]:
    """Ours, from our own catalogs, which hold every sentence; and what their templates say."""
    ours = {
        each for path in (root / "templates").glob("locale/*/LC_MESSAGES/messages.po") for each in catalog.read(path)
    }
    theirs = [path.read_text(errors="replace") for path in Brand(brand).files("templates")]
    return ours | {each.replace('\\"', '"') for text in theirs for each in SAID.findall(text)}

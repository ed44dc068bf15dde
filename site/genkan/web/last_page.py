"""What is shown when all else fails? errors/500.html, the team's own or ours, in which nothing is left to do but fill in two words."""

import re
from pathlib import Path
from typing import Final

from genkan.web.brand import BOM_TOO, LAST_PAGE, Brand

COMMENT: Final = re.compile(r"{#.*?#}\n?", re.DOTALL)


def page(root: Path, brand: Brand | None, stylesheet: str) -> str:
    """With the address of the style sheet in it."""
    own = brand.last_page() if brand else None
    text = own.read_text(BOM_TOO) if own else (root / "templates" / LAST_PAGE).read_text()
    return COMMENT.sub("", text).replace("{{ stylesheet }}", stylesheet)


def filled(page: str, service: str, ref: str) -> str:
    return page.replace("{{ service }}", _escaped(service)).replace("{{ ref }}", _escaped(ref))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

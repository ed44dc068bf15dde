"""How do more contrast, forced colours and larger text look? By a copy of the style sheet, changed as a browser would change it."""

import re
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.dev.gallery import choices, shelf
from genkan.dev.gallery.choices import USUAL, Choices
from genkan.web.render import Renderer

PATH: Final = f"{shelf.PATH}/sheet.css"
MORE: Final = re.compile(r"\(prefers-contrast:\s*more\)")
FORCED: Final = re.compile(r"\(forced-colors:\s*active\)")


def address(renderer: Renderer, chosen: Choices) -> str:
    """Of the style sheet that a state is shown with: people's own, wherever that does."""
    if (chosen.contrast, chosen.text) == (USUAL.contrast, USUAL.text):
        return renderer.assets.stylesheet
    return PATH + choices.query(USUAL._replace(contrast=chosen.contrast, text=chosen.text))


async def show(request: Request) -> Response:
    renderer: Renderer = request.app.state.renderer
    style = renderer.assets.table[renderer.assets.stylesheet.rpartition("/")[2]].content.decode()
    return Response(changed(style, choices.of(request), renderer.templates.root), media_type="text/css")


def changed(style: str, chosen: Choices, root: Path) -> str:
    """The style sheet as it would count. Ours come last, in layers of their own: they win, as a browser's own rules do."""
    added = []
    if chosen.contrast == "more":
        style = MORE.sub("all", style)
    if chosen.contrast == "forced":
        style = FORCED.sub("all", style)
        added.append("forced.css")
    if chosen.text == "200":
        added.append("larger.css")
    own = [(root / "static" / "css" / "dev" / name).read_text() for name in added]
    return "\n".join([f"@layer site {{\n{style}\n}}", *own]) if own else style


route: Final = Route(PATH, show, methods=["GET"])

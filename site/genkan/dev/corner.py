"""The corner of every page in development: which files is it made of, and where are its states?"""

from starlette.applications import Starlette

from genkan.web import files, plain
from genkan.web.render import Renderer

GALLERY = "/dev/gallery"


def furnish(app: Starlette) -> None:
    """Every whole page of this app has it from now on."""
    renderer: Renderer = app.state.renderer
    renderer.finished = lambda html, name: with_corner(renderer, html, name)


def with_corner(renderer: Renderer, html: str, name: str) -> str:
    """The page with its corner at the very end. name: of its template."""
    before, end, after = html.rpartition("</body>")
    return before + corner(renderer, name) + end + after


def corner(renderer: Renderer, name: str) -> str:
    templates = renderer.templates
    found = files.of(templates.root, templates.folders, name)
    stem = name.removesuffix(".html")
    return plain.rendered(
        templates.folders,
        "dev/corner.html",
        files=found,
        gallery=f"{GALLERY}/{stem}" if found and found.states else None,
        stylesheet=renderer.assets.addresses["corner.css"],
    )

"""How does the gallery answer? Its own pages in English around frames; what stands in the frames just as people get it."""

import re
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from genkan.dev.gallery import choices, sheet, shelf
from genkan.dev.gallery.choices import Choices
from genkan.web.headers import POLICY
from genkan.web.language import DEFAULT
from genkan.web.render import Renderer

OUTSIDE: Final = f"{POLICY}; frame-src 'self'"
# Of what is shown: real scripts and styles, in our own frame, but nothing that is filled in is ever sent.
INSIDE: Final = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'").replace(
    "form-action 'self'", "form-action 'none'"
)
REACHED: Final = ("/dev/changes", f"{shelf.PATH}/")  # what a state may ask for: whether it has changed, and itself
FRAMED: Final = {"X-Frame-Options": "SAMEORIGIN"}
NO_SCRIPT: Final = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
SANDBOX: Final = {"on": f"allow-scripts {NO_SCRIPT}", "off": NO_SCRIPT}  # never allow-forms
ROOMS: Final = {
    "": "Pages and mails",
    "components": "Components",
    "tokens": "Tokens",
    "type": "Type",
    "strings": "Strings",
    "checks": "Checks",
}
FOCUS: Final = re.compile(r"(<[^>]*?) autofocus(?=[ >])")
LINK: Final = re.compile(r'(<a\b[^>]*?\s)(?=href="/)')
SCHEME: Final = '<meta name="color-scheme" content="light dark">'
HERE: Final = "<!-- here -->"


def page(request: Request, name: str, chosen: Choices, *, path: str, **context: Any) -> Response:
    """templates/dev/gallery/{name}.html. path: of the page; filters: what else its address says, and the choices keep."""
    filters = context.get("filters", {})
    around = {
        "rooms": [
            (label, _of_room(room) + choices.query(chosen), _of_room(room) == path) for room, label in ROOMS.items()
        ],
        "controls": choices.controls(chosen, path, **filters),
        "chosen": chosen,
        "kept": [(key, value) for key, value in chosen._asdict().items() if value != getattr(choices.USUAL, key)],
        "keep": choices.query(chosen),
        "inside": choices.inside(chosen),
        "sandbox": SANDBOX[chosen.js],
    }
    html = _rendered(request, f"dev/gallery/{name}.html", DEFAULT, around | context)
    return HTMLResponse(html, headers={"Content-Security-Policy": OUTSIDE})


def inside(request: Request, html: str, chosen: Choices) -> Response:
    """A whole page: as people get it, but for what was chosen. In a frame it takes no focus, and its links open beside."""
    renderer: Renderer = request.app.state.renderer
    html = html.replace(f'href="{renderer.assets.stylesheet}"', f'href="{sheet.address(renderer, chosen)}"')
    if chosen.theme != choices.USUAL.theme:
        html = html.replace("<html ", f'<html data-theme="{chosen.theme}" ', 1)
        html = html.replace(choices.DARK, "all" if chosen.theme == "dark" else "not all")  # of a logo for the dark
        html = html.replace(SCHEME, SCHEME.replace("light dark", chosen.theme), 1)  # for what has no style sheet
    if request.headers.get("sec-fetch-dest") == "iframe":
        html = LINK.sub(r'\1target="_blank" ', FOCUS.sub(r"\1", html))
    policy = _inside(renderer) if chosen.js == "on" else f"{_inside(renderer)}; sandbox {NO_SCRIPT}"
    return HTMLResponse(html, headers=FRAMED | {"Content-Security-Policy": policy})


def alone(request: Request, fragment: str, title: str, chosen: Choices, *, sheet: str = "") -> Response:
    """A part of a page, on a page with nothing else. sheet: a style sheet of the gallery that it needs."""
    context = {"title": title, "language": chosen.language, "sheet": sheet}
    html = _rendered(request, "dev/gallery/alone.html", chosen.language, context)
    return inside(request, html.replace(HERE, fragment), chosen)


def fault(request: Request, text: str) -> Response:
    """A file of states, or a template, that cannot be read: in a sentence, also in a frame."""
    html = _rendered(request, "dev/gallery/fault.html", DEFAULT, {"text": text})
    headers = FRAMED | {"Content-Security-Policy": _inside(request.app.state.renderer)}
    return HTMLResponse(html, status_code=HTTPStatus.INTERNAL_SERVER_ERROR, headers=headers)


def _rendered(request: Request, name: str, code: str, context: dict[str, Any]) -> str:
    renderer: Renderer = request.app.state.renderer
    assets = renderer.assets
    standing = {
        "site_name": renderer.settings.site_name,
        "stylesheet": assets.stylesheet,
        "script": assets.script,
        "icon": assets.icon,
        "addresses": assets.addresses,
    }
    return renderer.templates.render(name, None, code, standing | context)


def _inside(renderer: Renderer) -> str:
    reached = " ".join(renderer.settings.base_url + path for path in REACHED)
    return INSIDE.replace("connect-src 'self'", f"connect-src {reached}")


def _of_room(room: str) -> str:
    return f"{shelf.PATH}/{room}".rstrip("/")

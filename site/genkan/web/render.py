"""How does a template become an answer? Whole, or for htmx only its named block; in the reader's language."""

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from genkan import log
from genkan.errors import Message
from genkan.settings import Settings
from genkan.web import brand, cookies, language, last_page, packing
from genkan.web.assets import Assets
from genkan.web.htmx import is_partial
from genkan.web.page import Page
from genkan.web.templates import Templates

LOOK_EVERY: Final = 0.3  # seconds between looks at the style sheets, in development
PAGES: Final = 512  # pages that are kept because they are the same for all
LONGEST_QUERY: Final = 200  # characters of an address whose page is kept


class Renderer:
    """The templates and assets of one site; in development made anew when a file has changed. Raises SettingsFault for BRAND_DIR.

    finished: what becomes of a whole page, by its template, before it goes out; None in production.
    """

    def __init__(self, settings: Settings, root: Path, *, look_every: float = LOOK_EVERY) -> None:
        self.settings = settings
        self._root = root
        self._static = root / "static"
        self._brand = brand.of(settings)
        self.templates = Templates(
            root, is_development=not settings.is_production, brand=self._brand, asset=self._asset
        )
        self.finished: Callable[[str, str], str] | None = None
        self.languages = self.templates.languages
        self._assets = self._made_assets()
        self._made_of = self._stamps()
        self._look_again = 0.0
        self._look_every = look_every
        self.pages: dict[tuple[str, ...], packing.Kept] = {}
        self.broken = self._broken()

    @property
    def assets(self) -> Assets:
        if not self.settings.is_production and time.monotonic() > self._look_again:
            self._look_again = time.monotonic() + self._look_every
            if self._stamps() != self._made_of:
                self._make()
        return self._assets

    def refresh(self, changed: Iterable[Path]) -> None:
        """These files have changed: what is made of them is made anew."""
        self.templates.refresh(changed)
        self._make()

    def _make(self) -> None:
        self._made_of = self._stamps()
        self._assets = self._made_assets()
        self.broken = self._broken()
        for fault in self._brand.faults() if self._brand else ():
            log.event("brand cannot be used", level="warning", text=fault)

    def _made_assets(self) -> Assets:
        return Assets(self._static, self._brand, is_development=not self.settings.is_production)

    def _asset(self, name: str) -> str:
        return self.assets.address(name)

    def _broken(self) -> str:
        return last_page.page(self._root, self._brand, self._assets.stylesheet)

    def _stamps(self) -> tuple[object, ...]:
        files = sorted(self._static.rglob("*.css")) + sorted(self._static.rglob("*.js"))
        return (*(path.stat().st_mtime_ns for path in files), *(self._brand.stamps() if self._brand else ()))


def page(request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    """templates/pages/{name}.html; to htmx its block `form`."""
    return _answer(request, f"pages/{name}.html", "form" if is_partial(request) else None, status, context)


def same_for_all(request: Request, name: str, make: Callable[[], Mapping[str, Any]], *key: str) -> Response:
    """A page that shows nobody's own, made once for each language, address and `key`; in development each time anew.

    make: the page's context, asked for only where it is needed. key: what this browser has been told before; with it a
    page is not packed. For htmx, and for somebody who is signed in or has a notice, it is made like any other.
    """
    renderer: Renderer = request.app.state.renderer
    query = request.scope["query_string"].decode("latin-1")
    state = request.state
    own = getattr(state, "person", None) or getattr(state, "notice", None)
    if own or is_partial(request) or not renderer.settings.is_production or len(query) > LONGEST_QUERY:
        return page(request, name, **make())
    code = language.of(request)
    asked = (name, code, query, *key)
    kept = renderer.pages.get(asked)
    if kept is None:
        html = _made(request, f"pages/{name}.html", None, code, make())
        kept = packing.kept(html, is_same_for_all=not any(key))
        if len(renderer.pages) >= PAGES:
            renderer.pages.clear()
        renderer.pages[asked] = kept
    response = _remembering(request, packing.page(request, kept, code), code)
    request.app.state.front.keep(request.scope, response)
    return response


def block(request: Request, name: str, part: str, **context: Any) -> Response:
    """One named block of a page."""
    return _answer(request, f"pages/{name}.html", part, 200, context)


def development(request: Request, name: str, *, status: int = 200, **context: Any) -> Response:
    """templates/dev/{name}.html."""
    return _answer(request, f"dev/{name}.html", None, status, context)


def error(request: Request, status: int, *, message: Message, retry_after: int | None) -> Response:
    """templates/errors/{status}.html; to htmx its block `form`, so that it stands where the form stood."""
    part = "form" if is_partial(request) else None
    return _answer(request, f"errors/{status}.html", part, status, {"message": message, "retry_after": retry_after})


def broken(request: Request) -> Response:
    """500, without templates, languages or a session: what is broken may be any of them."""
    renderer: Renderer = request.app.state.renderer
    html = last_page.filled(renderer.broken, renderer.settings.site_name, request.state.request_id)
    return HTMLResponse(html, status_code=500)


def _answer(request: Request, template: str, part: str | None, status: int, context: Mapping[str, Any]) -> Response:
    code = language.of(request)
    return _html(request, _made(request, template, part, code, context), status, code)


def _made(request: Request, template: str, part: str | None, code: str, context: Mapping[str, Any]) -> bytes:
    renderer: Renderer = request.app.state.renderer
    html = renderer.templates.render(template, part, code, _common(request, renderer, code) | dict(context))
    if part is None and renderer.finished is not None:
        html = renderer.finished(html, template)
    return html.encode()


def _html(request: Request, html: bytes, status: int, code: str) -> Response:
    return _remembering(request, Page(html, status, code), code)


def _remembering(request: Request, response: Page, code: str) -> Response:
    if language.asked_for(request):
        cookies.put(request, response, language.COOKIE, code, seconds=language.COOKIE_LASTS)
    return response


def _common(request: Request, renderer: Renderer, code: str) -> dict[str, Any]:
    settings, assets = renderer.settings, renderer.assets
    return {
        "here": request.scope["path"],
        "lang": code,
        "languages": language.links(request, code),
        "site_name": settings.site_name,
        "terms_url": settings.terms_url,
        "privacy_url": settings.privacy_url,
        "help_url": settings.help_url,
        "support": settings.support,
        "can_mail": settings.can_mail,
        "stylesheet": assets.stylesheet,
        "script": assets.script,
        "icon": assets.icon,
        "logo": assets.logo,
        "card": settings.base_url + assets.card,
        "person": getattr(request.state, "person", None),
        "notice": getattr(request.state, "notice", None),
        "ref": request.state.request_id,
    }

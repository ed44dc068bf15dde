"""What is under /static? A fixed table, made at start: the joined style sheet, the joined script and pictures, each under its hash."""

import difflib
import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import TemplateRuntimeError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.errors import NotFound
from genkan.web import styles
from genkan.web.brand import BOM_TOO, Brand

FOR_EVER: Final = "public, max-age=31536000, immutable"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
LAYERS: Final = ("css/tokens.css", "css/base.css", "css/layouts/*.css", "css/components/*.css", "css/print.css")
LOGO_STYLES: Final = "css/brand/logo.css"  # sent only where there is a logo
SCRIPTS: Final = ("vendor/htmx-4.0.1.min.js", "js/genkan.js")
IN_DEVELOPMENT: Final = ("css/dev/*.css", "js/dev/*.js")  # each by its own address, and only there
COMMENT: Final = re.compile(r"^\s*//.*\n|^\s+", re.MULTILINE)  # and indentation, of our own script
PICTURES: Final = ("favicon.svg", "touch-icon.png", "card.png")


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing that can be fetched. packed: the same gzipped, or None where that saves nothing."""

    content: bytes
    packed: bytes | None
    kind: str


class NoSuchPicture(TemplateRuntimeError):
    """A template asks for a picture that is not there."""


@dataclass(frozen=True, slots=True)
class LogoShown:
    """url: its address, also what it says as text; dark: the address for the dark theme, or None; is_wide: it says the name itself."""

    url: str
    dark: str | None
    width: int
    height: int
    is_wide: bool

    def __str__(self) -> str:
        return self.url


class Assets:
    """Everything under /static; the file system is not looked at afterwards.

    brand: the team's own, after or instead of ours. addresses: of each by its plain name, as "all.css".
    """

    def __init__(self, folder: Path, brand: Brand | None = None, *, is_development: bool = False) -> None:
        self._folder = folder
        self.table: dict[str, Asset] = {}
        self.addresses: dict[str, str] = {}
        self.pictures = {name: self._add_file(folder / "img" / name) for name in PICTURES}
        for name, path in brand.pictures().items() if brand else ():
            self.pictures[name] = self._add_file(path)
        self.icon, self.touch_icon, self.card = (self.pictures[name] for name in PICTURES)
        self.logo = self._logo(brand) if brand else None
        self.stylesheet = self._add("all.css", self._joined(brand).encode(), ".css")
        vendor, own = ((folder / name).read_text() for name in SCRIPTS)
        self.script = self._add("all.js", f"{vendor}\n{COMMENT.sub('', own)}".encode(), ".js")
        for pattern in IN_DEVELOPMENT if is_development else ():
            for path in sorted(folder.glob(pattern)):
                self._add_file(path)

    def address(self, name: str) -> str:
        """`asset("hero.webp")` in a template. Raises NoSuchPicture."""
        if name not in self.pictures:
            near = difflib.get_close_matches(name, self.pictures, 1)
            there = f"; did you mean {near[0]}?" if near else "."
            raise NoSuchPicture(f"There is no '{name}' in img/ of BRAND_DIR{there}")
        return self.pictures[name]

    def _joined(self, brand: Brand | None) -> str:
        layers = (*LAYERS, LOGO_STYLES) if self.logo else LAYERS
        ours = [path.read_text() for pattern in layers for path in sorted(self._folder.glob(pattern))]
        theirs = [path.read_text(BOM_TOO, errors="replace") for path in brand.styles()] if brand else []
        return styles.small("\n".join([*ours, *(styles.addressed(text, self.pictures) for text in theirs)]))

    def _logo(self, brand: Brand) -> LogoShown | None:
        found = brand.logo()
        if found is None:
            return None
        dark = self.pictures[found.dark] if found.dark else None
        return LogoShown(self.pictures[found.path], dark, *found.size, is_wide=found.is_wide)

    def _add_file(self, path: Path) -> str:
        return self._add(path.name, path.read_bytes(), path.suffix)

    def _add(self, name: str, content: bytes, suffix: str) -> str:
        """Returns the address: its name holds its hash, so that it never changes."""
        stem = name.removesuffix(suffix)
        address = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
        packed = gzip.compress(content, 9, mtime=0)
        self.table[address] = Asset(content, packed if len(packed) < len(content) else None, TYPES[suffix])
        self.addresses[name] = f"/static/{address}"
        return self.addresses[name]


async def serve(request: Request) -> Response:
    """One of the table, for ever. Raises NotFound."""
    asset = request.app.state.renderer.assets.table.get(request.path_params["name"])
    if asset is None:
        raise NotFound
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", "").lower():
        return Response(asset.packed, media_type=asset.kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(asset.content, media_type=asset.kind, headers=headers)


route: Final = Route("/static/{name}", serve, methods=["GET"])

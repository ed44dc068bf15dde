"""What is under /static? A fixed table, made at start: the joined style sheet, the joined script and the icon, each under its hash."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from genkan.errors import NotFound

FOR_EVER: Final = "public, max-age=31536000, immutable"
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
LAYERS: Final = ("css/tokens.css", "css/base.css", "css/layouts/*.css", "css/components/*.css", "css/print.css")
SCRIPTS: Final = ("vendor/htmx-4.0.1.min.js", "js/genkan.js")
IN_DEVELOPMENT: Final = ("css/dev/*.css", "js/dev/*.js")  # each by its own address, and only there
COMMENT: Final = re.compile(r"^\s*//.*\n|^\s+", re.MULTILINE)  # and indentation, of our own script
SPACE: Final = re.compile(r"\s*/\*.*?\*/\s*|\s*\n\s*", re.DOTALL)
TIGHT: Final = re.compile(r"\s*([{};])\s*|(?<=[\w-])(:) ")  # what a style sheet reads alike without spaces


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing that can be fetched. packed: the same gzipped, or None where that saves nothing."""

    content: bytes
    packed: bytes | None
    kind: str


class Assets:
    """Everything under /static; the file system is not looked at afterwards.

    addresses: of each by its plain name, as "all.css".
    """

    def __init__(self, folder: Path, *, is_development: bool = False) -> None:
        self._folder = folder
        self.table: dict[str, Asset] = {}
        self.addresses: dict[str, str] = {}
        self.stylesheet = self._add("all.css", self._joined(), ".css")
        vendor, own = ((folder / name).read_text() for name in SCRIPTS)
        self.script = self._add("all.js", f"{vendor}\n{COMMENT.sub('', own)}".encode(), ".js")
        self.icon = self._add_file(folder / "img" / "favicon.svg")
        for pattern in IN_DEVELOPMENT if is_development else ():
            for path in sorted(folder.glob(pattern)):
                self._add_file(path)

    def _joined(self) -> bytes:
        paths = [path for pattern in LAYERS for path in sorted(self._folder.glob(pattern))]
        text = SPACE.sub("\n", "\n".join(path.read_text() for path in paths)).strip()
        return TIGHT.sub(lambda found: found[1] or found[2], text).encode()

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

"""/dev/changes: which files were saved? What every open page asks, so that it can paint itself anew (static/js/dev/reload.js).

One tab of a browser asks for all of them, and each question is held for less than a second: neither do connections run
out, nor does Ctrl-C wait.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from watchfiles import Change, awatch

from genkan import log

PATH: Final = "/dev/changes"
HELD: Final = 0.7  # seconds that a question waits for its answer
QUIET: Final = 15  # milliseconds without a further change, after which those before are told
AT_ONCE: Final = 150  # milliseconds after which they are told in any case
MOST: Final = 64  # changes that are remembered; a page that knows less is loaded again
# What a page has to do: exchange its style sheets, paint itself anew, or be loaded again.
KINDS: Final = {".css": "style", ".js": "script"} | dict.fromkeys(
    (".html", ".txt", ".toml", ".po", ".svg", ".png"), "page"
)


class Changes:
    """What has changed since the start. revision: grows with each change, and from one start to the next."""

    def __init__(self) -> None:
        self.revision = _milliseconds()
        self._known = deque([(self.revision, "script")], MOST)
        self._next = asyncio.Event()

    def add(self, kinds: set[str]) -> None:
        self.revision = max(self.revision + 1, _milliseconds())
        self._known.extend((self.revision, kind) for kind in sorted(kinds))
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, revision: str, seconds: float) -> list[tuple[int, str]]:
        """All that are known, as soon as that is not the newest revision, or when the time is up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while revision == str(self.revision):
                    await self._next.wait()
        return list(self._known)


def furnish(app: Starlette) -> None:
    """Every page of this app asks from now on."""
    app.state.changes = Changes()
    templates = app.state.renderer.templates
    templates.end = lambda: (
        f'<script src="{app.state.renderer.assets.addresses["reload.js"]}" '
        f'data-since="{app.state.changes.revision}" defer></script>'
    )


@contextlib.asynccontextmanager
async def watching(app: Starlette, folders: Sequence[Path]) -> AsyncIterator[None]:
    """While inside, what is saved in these folders is told."""
    stop = asyncio.Event()
    task = asyncio.create_task(_watch(app, folders, stop))
    yield
    stop.set()
    await task


async def _watch(app: Starlette, folders: Sequence[Path], stop: asyncio.Event) -> None:
    try:
        async for found in awatch(*folders, watch_filter=_counts, debounce=AT_ONCE, step=QUIET, stop_event=stop):
            _tell(app, {file for _, path in found for file in _files(Path(path))})
    except OSError as error:
        log.failure("files cannot be watched", error)


def _tell(app: Starlette, paths: set[Path]) -> None:
    try:
        app.state.renderer.refresh(paths)
    except (OSError, ValueError) as error:  # half saved, or gone again: its next change is told, too
        log.failure("a file cannot be read", error)
    app.state.changes.add({KINDS[path.suffix] for path in paths})


def _counts(change: Change, path: str) -> bool:
    """Not what editors put beside a file while they save it; but a new folder, which may have come with files in it."""
    return _is_kept(Path(path)) or (change is Change.added and Path(path).is_dir())


def _is_kept(path: Path) -> bool:
    return path.suffix in KINDS and not path.name.startswith((".", "#"))


def _files(path: Path) -> list[Path]:
    return [each for each in path.rglob("*") if _is_kept(each)] if path.is_dir() else [path]


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000


async def tell(request: Request) -> Response:
    """What changed after `since`, at once or when it does; and where each style sheet and picture is now."""
    state: Any = request.app.state
    known = await state.changes.after(request.query_params.get("since", ""), HELD)
    answer = {"revision": state.changes.revision, "changes": known, "assets": state.renderer.assets.addresses}
    return JSONResponse(answer)


routes: Final = [Route(PATH, tell, methods=["GET"])]

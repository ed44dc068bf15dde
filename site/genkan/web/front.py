"""What can be answered without asking anybody? A page that is the same for all, to a browser that brings nothing along.

Whoever comes for the first time has no cookie: there is nothing to look up, and what was answered to the one before is the
answer. web/render.py puts such pages here; web/entry.py looks here once the guard has let a request pass.
"""

from typing import Any, Final

from starlette.responses import Response
from starlette.types import Scope

MOST: Final = 512  # answers that are kept
LONGEST: Final = 400  # bytes of all that an answer depends on
OWN: Final = (b"cookie", b"hx-request")  # with one of these, it is another page

Key = tuple[bytes, bytes, bytes, bytes]  # path, query, Accept-Language, Accept-Encoding


class Front:
    """The answers of one site."""

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[Response, Any]] = {}  # with the route that gave it

    def find(self, scope: Scope) -> Response | None:
        asked = key(scope) if self._kept else None
        found = self._kept.get(asked) if asked else None
        if found is None:
            return None
        scope["route"] = found[1]  # as the router would have written there
        return found[0]

    def keep(self, scope: Scope, response: Response) -> None:
        """For whoever asks the same; nothing where the answer depends on more than a stranger brings."""
        asked = key(scope)
        if asked is None:
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[asked] = (response, scope.get("route"))


def key(scope: Scope) -> Key | None:
    """What the answer to a stranger depends on; None for everybody else."""
    if scope["method"] != "GET":
        return None
    language = encoding = b""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            language += b"," + value
        elif name == b"accept-encoding":
            encoding += b"," + value
        elif name in OWN and value:
            return None
    path, query = scope["path"].encode(), scope["query_string"]
    is_short = len(path) + len(query) + len(language) + len(encoding) <= LONGEST
    return (path, query, language, encoding) if is_short else None

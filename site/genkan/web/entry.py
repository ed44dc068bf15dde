"""What happens to every request on its way in and out? An id, the guard, the headers, one log line, and a last resort."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Final

from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from genkan import log
from genkan.settings import Settings
from genkan.web import faults, visitor
from genkan.web.guard import MOST_BYTES, Guard
from genkan.web.headers import Headers

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that can be misread aloud
LETTERS: Final = bytes(ord(ALPHABET[each % len(ALPHABET)]) for each in range(256))
ID_LENGTH: Final = 10
NOWHERE: Final = "(none)"  # the route of a request that found none
FRAMING: Final = (b"content-length", b"transfer-encoding")
AT_ONCE: Final = 100  # ids
TOKEN: Final = re.compile(
    r"[A-Za-z0-9_-]{32,}"
)  # of a mailed link, whole or nearly: whoever reads the log must not use it


def ids() -> Iterator[str]:
    """Ids without end; the system is asked for random bytes once for many of them."""
    while True:
        letters = secrets.token_bytes(ID_LENGTH * AT_ONCE).translate(LETTERS).decode()
        yield from (letters[at : at + ID_LENGTH] for at in range(0, len(letters), ID_LENGTH))


class Entry:
    """The outermost layer of the app.

    last_resort: answers for an error that nobody expected; unlogged: paths of requests that leave no line.
    """

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        last_resort: Callable[[Request, Exception], ASGIApp] = faults.last_resort,
        unlogged: frozenset[str] = frozenset(),
    ) -> None:
        self._app = app
        self._limited = RequestBodyLimitMiddleware(app, MOST_BYTES)
        self._guard = Guard(settings)
        self._headers = Headers(settings)
        self._ids = ids()
        self._last_resort = last_resort
        self._unlogged = unlogged

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = next(self._ids)
        with log.request(request_id):
            await self._answer(Request(scope, receive), request_id, receive, send)

    async def _answer(self, request: Request, request_id: str, receive: Receive, send: Send) -> None:
        request.state.request_id = request_id
        began = time.monotonic()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._headers.added(message.get("headers", ()))
            await send(message)

        try:
            answer = self._instead(request) or (self._limited if _has_body(request) else self._app)
            await answer(request.scope, receive, sending)
        except Exception as error:
            log.failure("request failed", error)
            if status == 0:
                await self._last_resort(request, error)(request.scope, receive, sending)
        finally:
            if request.scope["path"] not in self._unlogged:
                log.event(
                    "request",
                    method=request.scope["method"],
                    path=TOKEN.sub("(token)", request.scope["path"]),
                    route=getattr(request.scope.get("route"), "path", NOWHERE),
                    status=status,
                    milliseconds=round((time.monotonic() - began) * 1000, 1),
                    address=visitor.client_text(request),
                )

    def _instead(self, request: Request) -> ASGIApp | None:
        """What is answered to a request that no page may see, or need not see; None for every other."""
        elsewhere = self._guard.elsewhere(request)
        if elsewhere is not None:
            return elsewhere
        fault = self._guard.fault(request)
        if fault is None:
            found: ASGIApp | None = request.app.state.front.find(request.scope)
            return found
        log.event("request refused", level="warning", reason=type(fault).__name__)
        return faults.refused(request, fault)


def _has_body(request: Request) -> bool:
    """Whether its headers say that there is one (RFC 9112 §6)."""
    return any(name in FRAMING for name, _ in request.scope["headers"])

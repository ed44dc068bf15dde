"""What happens to every request on its way in and out? An id, the guard, the headers, one log line, and a last resort."""

import secrets
import time
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from genkan import log
from genkan.settings import Settings
from genkan.web import faults, visitor
from genkan.web.guard import Guard
from genkan.web.headers import Headers

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that can be misread aloud
LETTERS: Final = bytes(ord(ALPHABET[each % len(ALPHABET)]) for each in range(256))
ID_LENGTH: Final = 10


class Entry:
    """The outermost layer of the app."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._guard = Guard(settings)
        self._headers = Headers(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_bytes(ID_LENGTH).translate(LETTERS).decode()
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
                message["headers"] = [*message.get("headers", ())]
                self._headers.add(message["headers"])
            await send(message)

        try:
            await self._guarded(request, receive, sending)
        except Exception as error:
            log.failure("request failed", error)
            if status == 0:
                await faults.last_resort(request)(request.scope, receive, sending)
        finally:
            log.event(
                "request",
                method=request.method,
                path=request.scope["path"],
                status=status,
                milliseconds=round((time.monotonic() - began) * 1000, 1),
                address=str(visitor.client_address(request)),
            )

    async def _guarded(self, request: Request, receive: Receive, send: Send) -> None:
        elsewhere = self._guard.elsewhere(request)
        if elsewhere is not None:
            await elsewhere(request.scope, receive, send)
            return
        fault = self._guard.fault(request)
        if fault is None:
            await self._app(request.scope, receive, send)
            return
        log.event("request refused", level="warning", reason=type(fault).__name__)
        await faults.refused(request, fault)(request.scope, receive, send)

"""How long may a connection take, and how much may it send? uvicorn, with the limits that it lacks."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Any, Final

import httptools
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from genkan import log


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Times in seconds, sizes in bytes."""

    head_time: float = 10.0  # from the first byte, or the connection itself, to the end of the headers
    body_time: float = 30.0  # from there to the end of the body
    idle_time: int = 15  # between two requests
    read_time: float = 30.0  # that a client may leave an answer unread
    head_size: int = 16_384  # request line and headers
    headers: int = 100
    url_size: int = 8192
    connections: int = 2500  # at a time; beyond it 503
    stop_time: int = 10  # for requests under way when the server is to stop


HEADERS: Final = b"\r\n".join(
    [
        b"content-type: text/plain; charset=utf-8",
        b"cache-control: no-store",
        b"content-security-policy: default-src 'none'; frame-ancestors 'none'",
        b"x-content-type-options: nosniff",
        b"connection: close",
    ]
)
REFUSALS: Final = {
    400: (b"Bad Request", b"The request could not be read."),
    408: (b"Request Timeout", b"The request took too long."),
    414: (b"URI Too Long", b"The address is too long."),
    431: (b"Request Header Fields Too Large", b"The headers are too large."),
}


class Refused(Exception):
    """Ends the parsing of a request that breaks a limit."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Protocol(HttpToolsProtocol):
    """One connection."""

    limits = ConnectionLimits()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.TimerHandle | None = None
        self._in_head = True
        self._head = 0
        self._wait(self.limits.head_time)

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._in_head:
            self._head += len(data)
            if self._timer is None:
                self._wait(self.limits.head_time)
        try:
            self.parser.feed_data(data)
            self._check(self._in_head and self._head > self.limits.head_size, 431)
        except httptools.HttpParserUpgrade:
            self._refuse(400)  # nothing here is upgraded
        except Refused as refused:
            self._refuse(refused.status)
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause.status if isinstance(cause, Refused) else 400)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._sizes = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._check(len(self.url) > self.limits.url_size, 414)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._sizes += len(name) + len(value)
        self._check(self._sizes > self.limits.head_size or len(self.headers) >= self.limits.headers, 431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._wait(self.limits.body_time)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._rest()
        self._in_head = True
        self._head = 0
        super().on_message_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._reader = self.loop.call_later(self.limits.read_time, self.transport.abort)

    def resume_writing(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
        super().resume_writing()

    def _wait(self, seconds: float) -> None:
        self._rest()
        self._timer = self.loop.call_later(seconds, self._refuse, 408)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _check(self, broken: bool, status: int) -> None:
        if broken:
            raise Refused(status)

    def _refuse(self, status: int) -> None:
        """A plain answer, if none is under way, and the end of the connection."""
        self._rest()
        log.event("connection refused", level="warning", status=status)
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            phrase, text = REFUSALS[status]
            head = b"HTTP/1.1 %d %s\r\n%s\r\ncontent-length: %d\r\n\r\n" % (status, phrase, HEADERS, len(text))
            self.transport.write(head + text)
        self.transport.close()


def configured(app: ASGIApp, limits: ConnectionLimits) -> uvicorn.Config:
    """uvicorn as we run it: no server header, no log of its own (it would print codes), no header of a proxy believed."""
    protocol: Any = type("Protocol", (Protocol,), {"limits": limits})
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=limits.connections,
        timeout_keep_alive=limits.idle_time,
        timeout_graceful_shutdown=limits.stop_time,
    )


def run(app: ASGIApp, bound: socket.socket, limits: ConnectionLimits | None = None) -> None:
    """Serve on a socket until Ctrl-C or SIGTERM; requests under way are finished."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    server = uvicorn.Server(configured(app, limits or ConnectionLimits()))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn hands signals on when it is done
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[bound])

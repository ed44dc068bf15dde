"""Who reads the figures? Whoever asks for /metrics at the address that is set for it, which is not the site's."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

MOST: Final = 8  # readers at a time; whoever comes then is turned away
HEAD: Final = 8192  # bytes
PATIENCE: Final = 10.0  # seconds for question and answer together
KIND: Final = "text/plain; version=0.0.4; charset=utf-8"


class Door:
    """text: makes the answer."""

    def __init__(self, text: Callable[[], Awaitable[bytes]]) -> None:
        self._text = text
        self._readers = 0

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._readers += 1
        try:
            if self._readers <= MOST:
                async with asyncio.timeout(PATIENCE):
                    writer.write(await self._answer(await reader.readuntil(b"\r\n\r\n")))
                    await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # nobody is owed an answer to that
        finally:
            self._readers -= 1
            writer.close()

    async def _answer(self, head: bytes) -> bytes:
        method, _, rest = head.partition(b" ")
        if rest.partition(b" ")[0].partition(b"?")[0] != b"/metrics":
            return _said("404 Not Found", b"The figures are at /metrics.\n")
        if method != b"GET":
            return _said("405 Method Not Allowed", b"The figures can only be read.\n", "Allow: GET\r\n")
        return _said("200 OK", await self._text())


@contextlib.asynccontextmanager
async def door(bound: socket.socket | None, text: Callable[[], Awaitable[bytes]]) -> AsyncIterator[None]:
    """Open while inside; bound: None: there is none."""
    if bound is None:
        yield
        return
    server = await asyncio.start_server(Door(text).welcome, sock=bound, limit=HEAD)
    try:
        yield
    finally:
        server.close()


def _said(status: str, body: bytes, more: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {KIND}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    return head.encode() + body

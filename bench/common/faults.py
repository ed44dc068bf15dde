"""How does a provider fail? A socket that answers one endpoint wrongly, and hands the others on to a provider that is right.

`Faulty` is a proxy before providers.py: the fault and the endpoint can be changed while it runs.
"""

import asyncio
import contextlib
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Final

from bench.common.providers import Provider

Writer = asyncio.StreamWriter
ENDPOINTS: Final = {"discovery": "/.well-known", "jwks": "/keys", "token": "/token", "userinfo": "/userinfo"}
REFUSED, SLOW = (
    "refused",
    "slow, then right",
)  # besides those of FAULTS: nobody listens; all is well, after three seconds
LARGE: Final = 120 * 1024 * 1024


class Faulty:
    """port: where it listens; behind: that of the right one, `mock`. fault, endpoint: what goes wrong where; None: nothing."""

    def __init__(self, mock: Provider, port: int, behind: int) -> None:
        self.port, self.behind = port, behind
        self._serving, self._asking = mock.serving, mock.asking
        self.fault: str | None = None
        self.endpoint = "discovery"
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, ssl=self._serving)

    async def close(self) -> None:
        if self._server:
            self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ")[1].decode()
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
            )
            body = await reader.readexactly(length)
            is_meant = path.startswith(ENDPOINTS[self.endpoint])
            if is_meant and self.fault == SLOW:
                await asyncio.sleep(3)
            if is_meant and self.fault in FAULTS:
                await FAULTS[self.fault](writer)
            else:
                await self._hand_on(head, body, writer)
            await writer.drain()
        writer.close()

    async def _hand_on(self, head: bytes, body: bytes, writer: Writer) -> None:
        lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection")]
        reader, behind = await asyncio.open_connection("127.0.0.1", self.behind, ssl=self._asking)
        behind.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
        writer.write(await reader.read())
        behind.close()


def answer(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    return head.encode() + body


def said(body: bytes, status: str = "200 OK", more: str = "") -> Callable[[Writer], Awaitable[None]]:
    async def say(writer: Writer) -> None:
        writer.write(answer(body, status, more))

    return say


async def reset(writer: Writer) -> None:
    writer.transport.abort()


async def hang(writer: Writer) -> None:
    await asyncio.sleep(30)


async def drip(writer: Writer) -> None:
    """One byte every two seconds."""
    for each in answer(b"{" + b" " * 1000 + b"}"):
        writer.write(bytes([each]))
        await writer.drain()
        await asyncio.sleep(2)


async def truncated(writer: Writer) -> None:
    writer.write(answer(b"{" * 500)[:-300])


async def large(writer: Writer) -> None:
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {LARGE}\r\n\r\n".encode())
    for _ in range(LARGE // 65_536):
        writer.write(b" " * 65_536)
        await writer.drain()


async def no_http(writer: Writer) -> None:
    writer.write(b"\x15\x03\x01\x00\x02\x02\x28")


FAULTS: Final[dict[str, Callable[[Writer], Awaitable[None]]]] = {
    "connection reset": reset,
    "no HTTP": no_http,
    "hangs": hang,
    "one byte in 2 s": drip,
    "500": said(b"{}", "500 Internal Server Error"),
    "429": said(b"{}", "429 Too Many Requests", "Retry-After: 3600\r\n"),
    "302": said(b"", "302 Found", "Location: http://127.0.0.1:9/\r\n"),
    "HTML": said(b"<!doctype html><title>Maintenance</title>"),
    "empty": said(b""),
    "truncated": truncated,
    "120 MB": large,
    "gzip bomb": said(gzip.compress(b" " * 50_000_000), more="Content-Encoding: gzip\r\n"),
    "deep JSON": said(b"[" * 200_000),
    "wrong type": said(json.dumps([1, None, "x"]).encode()),
}

"""What do a parent and its workers say to each other? Objects of JSON, one a line, over a pair of sockets."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from typing import Any, Final, Self

LONGEST: Final = 16_777_216  # bytes of a message: the figures of a worker are the longest, at some ten thousand


class Wire:
    """One end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def on(cls, end: socket.socket) -> Self:
        return cls(*await asyncio.open_unix_connection(sock=end, limit=LONGEST))

    async def say(self, **message: Any) -> None:
        """Nothing, where nobody is at the other end any more."""
        with contextlib.suppress(OSError):
            self._writer.write(json.dumps(message).encode() + b"\n")
            await self._writer.drain()

    async def heard(self) -> AsyncIterator[dict[str, Any]]:
        """What the other end says, until it is gone."""
        with contextlib.suppress(OSError):
            while line := await self._reader.readline():
                yield json.loads(line)

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

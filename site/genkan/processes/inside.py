"""What does a worker do besides serving? It tells its parent that it is ready and how it stands, and leaves when it is told to."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any, Protocol

from genkan.processes.wire import Wire


class Server(Protocol):
    should_exit: bool

    def leave(self) -> None: ...


class Standing(Protocol):
    def counted(self) -> list[Any]: ...

    async def now(self, server: Any, *, of_all: bool) -> list[Any]: ...


@contextlib.asynccontextmanager
async def attended(descriptor: int, wanted: int, standing: Standing, server: Server) -> AsyncIterator[None]:
    """While inside, the parent is listened to. wanted: workers, as the settings say that were read last."""
    wire = await Wire.on(socket.socket(fileno=descriptor))
    task = asyncio.create_task(_listen(wire, standing, server))
    await wire.say(ready=wanted)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        await wire.say(families=standing.counted())  # the last ones
        await wire.close()


async def _listen(wire: Wire, standing: Standing, server: Server) -> None:
    async for message in wire.heard():
        if "leave" in message:
            server.leave()
        else:
            await wire.say(families=await standing.now(server, of_all=message["families"]))
    server.should_exit = True  # the parent is gone: nobody would end this one, or replace it

"""How is uvicorn run? With our protocol, no word about itself, no log of its own, and no header of a proxy believed."""

import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from genkan.server.limits import ConnectionLimits, within_files
from genkan.server.protocol import Protocol


class Server(uvicorn.Server):
    """beside: what goes on beside it, from when it is ready until its last connection is gone.

    stopping: called when it is to stop and nobody takes its place.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        beside: "Beside | None" = None,
        stopping: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(config)
        self.is_replaced = False
        self._beside = beside
        self._stopping = stopping
        self._stack = contextlib.AsyncExitStack()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._beside is not None:
            await self._stack.enter_async_context(self._beside(self))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        protocol: Any = self.config.http_protocol_class
        protocol.is_leaving = True  # of this server alone: `configured` has made it
        if not self.is_replaced:
            self._stopping()
        await super().shutdown(sockets)
        await self._stack.aclose()

    def leave(self) -> None:
        """Finish what is under way and end; another one answers already."""
        self.is_replaced = True
        self.should_exit = True


Beside = Callable[[Server], AbstractAsyncContextManager[None]]


def configured(app: ASGIApp, limits: ConnectionLimits | None = None) -> uvicorn.Config:
    """limits: None: the usual ones, as far as this process may have files."""
    protocol: Any = type("Protocol", (Protocol,), {"limits": limits or within_files(ConnectionLimits())})
    return uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        loop="uvloop",
        lifespan="on",
        log_config=None,
        access_log=False,  # it would print codes and states
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=protocol.limits.idle_time,
        timeout_graceful_shutdown=protocol.limits.stop_time,
    )


def run(
    app: ASGIApp, bound: socket.socket, beside: Beside | None = None, stopping: Callable[[], None] = lambda: None
) -> None:
    """Serve on a socket until Ctrl-C or SIGTERM; requests under way are finished. beside, stopping: as in `Server`."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn hands signals on when it is done
    with contextlib.suppress(KeyboardInterrupt):
        Server(configured(app), beside, stopping).run(sockets=[bound])

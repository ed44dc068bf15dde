"""How is uvicorn run? With our protocol, no word about itself, no log of its own, and no header of a proxy believed."""

import contextlib
import logging
import signal
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from genkan.server.limits import ConnectionLimits, within_files
from genkan.server.protocol import Protocol


def configured(app: ASGIApp, limits: ConnectionLimits) -> uvicorn.Config:
    protocol: Any = type("Protocol", (Protocol,), {"limits": limits})
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
        timeout_keep_alive=limits.idle_time,
        timeout_graceful_shutdown=limits.stop_time,
    )


def run(app: ASGIApp, bound: socket.socket, limits: ConnectionLimits | None = None) -> None:
    """Serve on a socket until Ctrl-C or SIGTERM; requests under way are finished."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    server = uvicorn.Server(configured(app, within_files(limits or ConnectionLimits())))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn hands signals on when it is done
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[bound])

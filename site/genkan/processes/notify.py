"""What is systemd told? That we are ready, reload or stop, by datagrams (sd_notify(3)); nothing where nobody asked to be told."""

import contextlib
import socket
import time
from typing import Final

STATUS_LONGEST: Final = 200  # characters


class Notify:
    """address: NOTIFY_SOCKET, a path, or a name that begins with '@'; empty: nobody wants to know."""

    def __init__(self, address: str) -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    def ready(self, status: str) -> None:
        self._say("READY=1", f"STATUS={status[:STATUS_LONGEST]}")

    def reloading(self) -> None:
        self._say("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def _say(self, *lines: str) -> None:
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire, contextlib.suppress(OSError):
            wire.setblocking(False)
            wire.sendto("\n".join(lines).encode(), self._address)

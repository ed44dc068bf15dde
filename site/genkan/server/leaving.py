"""How does a connection end? Politely: what was said arrives even at a client that still talks, but nobody is waited for long."""

import asyncio
from typing import Any

from genkan.server.alarm import Alarm
from genkan.server.limits import ConnectionLimits


class Leaving(asyncio.Transport):
    """A transport that, when it is closed, says so and goes on listening for a moment.

    Closing with bytes of the client unread makes the system reset the connection, and the client never sees the answer
    (RFC 9112 §9.6). Whoever does not read an answer is cut off, closed or not.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, limits: ConnectionLimits) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._limits = limits
        self._is_closing = False
        self._unsent: bytes | None = None  # what waits for the next piece, so that both are one packet
        self._unread = 0  # bytes of answers, when last looked at
        self._alarm = Alarm(loop, self._look)
        self.abort = transport.abort  # type: ignore[method-assign]
        self.get_extra_info = transport.get_extra_info  # type: ignore[method-assign]
        self.pause_reading = transport.pause_reading  # type: ignore[method-assign]
        self.resume_reading = transport.resume_reading  # type: ignore[method-assign]

    def write(self, data: Any) -> None:
        """Head and body of an answer go out together; what nothing follows goes out when the loop turns."""
        if self._is_closing:
            return
        if self._unsent is None:
            self._unsent = data
            self._loop.call_soon(self._send)
        else:
            first, self._unsent = self._unsent, None
            self._transport.writelines((first, data))

    def _send(self) -> None:
        if self._unsent is not None:
            self._transport.write(self._unsent)
            self._unsent = None

    def is_closing(self) -> bool:
        return self._is_closing or self._transport.is_closing()

    def close(self) -> None:
        if self.is_closing():
            return
        self._send()
        self._is_closing = True
        self._transport.resume_reading()  # to throw it away
        self._transport.write_eof()
        self.watch()

    def watch(self) -> None:
        """From now on the client has to read."""
        self._unread = self._transport.get_write_buffer_size()
        self._alarm.set(self._limits.read_time if self._unread else self._limits.linger_time)

    def rest(self) -> None:
        """It has read."""
        self._alarm.stop()

    def lost(self) -> None:
        """The connection is no more."""
        self._is_closing = True
        self._unsent = None
        self.rest()

    def _look(self) -> None:
        was, now = self._unread, self._transport.get_write_buffer_size()
        if now <= max(0, was - self._limits.read_size) < was:
            self.watch()
        else:
            self.abort()

"""What happens on one connection? uvicorn's reading of HTTP, with an end to everything: time, size, number."""

import asyncio

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from genkan import log
from genkan.server import head, refusals
from genkan.server.alarm import Alarm
from genkan.server.leaving import Leaving
from genkan.server.limits import ConnectionLimits


class Refused(Exception):
    """Ends the parsing of a request that breaks a limit."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    limits = ConnectionLimits()
    is_leaving = False  # whether the server is to stop

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._leaving = Leaving(transport, self.loop, self.limits)
        super().connection_made(self._leaving)
        self._alarm = Alarm(self.loop, self._time_is_up)
        self._is_in_body = False
        self._unfinished = 0  # bytes of a head that has not ended
        self._status = 400  # of the refusal, when parsing fails
        self._is_deaf = False  # whether whatever still comes is thrown away
        self._is_stopping = False
        self._is_one_too_many = len(self.connections) > self.limits.connections
        if len(self.connections) > self.limits.most_connections:
            transport.abort()
        else:
            self._alarm.set(self.limits.head_time)
        if self.is_leaving:  # it was accepted just before
            self.shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        self._alarm.stop()
        self._leaving.lost()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_deaf or self.transport.is_closing():
            return
        self._unset_keepalive_if_required()
        self._ended = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._is_deaf = True  # we go on as we are, this once (RFC 9110 §7.8)
            self._alarm.stop()
        except httptools.HttpParserError:
            self._refuse(self._status)
        else:
            self._mind(len(data))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._size = 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > self.limits.url_size:
            raise self._broken(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._size += len(name) + len(value)
        if self._size > self.limits.head_size or len(self.headers) >= self.limits.headers:
            raise self._broken(431)
        if self._is_in_body:
            raise self._broken(400)  # no trailers: they would be believed as headers are
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        parser = self.parser
        upgrade = parser.should_upgrade()
        if not head.is_plain(parser.get_http_version(), self.url, self.headers):
            raise self._broken(400)
        if upgrade and parser.get_method() not in (b"GET", b"HEAD"):
            raise self._broken(400)
        if self._is_one_too_many or len(self.pipeline) >= self.limits.pipelined:
            raise self._broken(503)
        super().on_headers_complete()
        self._may_go_on = self.cycle.keep_alive and not upgrade
        self.cycle.keep_alive = False  # an answer before the end of the request is the last one
        self._is_in_body = True
        self._body_ends = self.loop.time() + self.limits.body_time

    def on_message_complete(self) -> None:
        self._is_in_body = False
        self._ended = True
        self._unfinished = 0
        if not self.cycle.response_started:
            self.cycle.keep_alive = self._may_go_on and not self._is_stopping
        super().on_message_complete()

    def shutdown(self) -> None:
        """The next answer is the last one. Who has said nothing yet may be about to, and is given a moment."""
        self._is_stopping = True
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        elif not self._unfinished:
            self._alarm.set(self.limits.parting_time)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._leaving.watch()

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self._leaving.rest()
        super().resume_writing()

    def _mind(self, size: int) -> None:
        """After some bytes: until when do the next have to come?"""
        if self._is_in_body:
            self._alarm.set(min(self.limits.body_gap, self._body_ends - self.loop.time()))
        elif self._ended:
            self._alarm.stop()
        else:
            if self._unfinished == 0:
                self._alarm.set(self.limits.head_time)
            self._unfinished += size
            if self._unfinished > self.limits.head_size:
                self._refuse(431)

    def _time_is_up(self) -> None:
        if self._unfinished or self._is_in_body:
            self._refuse(408)
        else:
            self.transport.close()  # opened in advance, as browsers do, and never used

    def _broken(self, status: int) -> Refused:
        """What ends the parsing; the parser itself forgets it on the way."""
        self._status = status
        return Refused()

    def _refuse(self, status: int) -> None:
        """A plain answer where there is room for one, and the end of the connection."""
        self._alarm.stop()
        self._is_deaf = True
        log.event("connection refused", level="warning", status=status, address=self.client and self.client[0])
        cycle = self.cycle
        is_under_way = bool(cycle and not cycle.response_complete)
        if is_under_way and not cycle.more_body:
            cycle.keep_alive = False  # it, and those before it, are answered first
            return
        if not is_under_way or not (cycle.response_started or self.pipeline):
            self.transport.write(refusals.answer(status, self.server_state.default_headers))
        self.transport.close()

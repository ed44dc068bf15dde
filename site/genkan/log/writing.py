"""Who writes the lines? A thread of its own: a reader that is slow, stuck or gone holds nobody up."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from typing import Final, TextIO

from genkan.log.lines import Event, of_library

GATHERING: Final = 0.02  # seconds
PIECE: Final = 4096  # bytes that a pipe takes at once: lines of several processes are not mixed (PIPE_BUF, pipe(7))
LAST: Final = 2.0  # seconds that a reader has for the last lines

Said = Event | logging.LogRecord  # ours, or a library's


class Writing(logging.Handler):
    """Takes what is said and never waits. most: that may wait to be written; what comes on top is dropped, counted and reported.

    line: makes the line of an event.
    """

    def __init__(self, stream: TextIO, most: int, line: Callable[[Event], str]) -> None:
        super().__init__()
        self.dropped = 0
        self._reported = 0
        self._stream = stream
        self._most = most
        self._line = line
        self._waiting: SimpleQueue[Said | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        self.take(record)

    def take(self, said: Said) -> None:
        if self._waiting.qsize() < self._most:
            self._waiting.put(said)
        else:
            self.dropped += 1

    def finish(self) -> None:
        """Write what waits, if there is still somebody who reads."""
        self._waiting.put(None)
        self._thread.join(LAST)

    def _write(self) -> None:
        gathered: list[Said | None] = []
        while None not in gathered:
            gathered = [self._waiting.get()]
            time.sleep(GATHERING)  # many lines at once: waking for each would take the interpreter from the loop
            with contextlib.suppress(Empty):
                while True:
                    gathered.append(self._waiting.get_nowait())
            self._say([said for said in gathered if said is not None])

    def _say(self, gathered: list[Said]) -> None:
        dropped = self.dropped
        if dropped > self._reported:
            gathered.append(_event("log lines dropped", lines=dropped - self._reported))
        try:
            for piece in pieces(self._read(said) for said in gathered):
                self._stream.write(piece)
            self._stream.flush()
            self._reported = dropped
        except (OSError, ValueError):  # the reader has gone, the disk is full, the stream is closed
            self.dropped += len(gathered)

    def _read(self, said: Said) -> str:
        try:
            return self._line(said if isinstance(said, Event) else of_library(said))
        except Exception as error:  # whatever a library has logged must not end this thread
            name = said.name
            return self._line(_event("log line unreadable", logger=name, error=type(error).__name__))


def _event(name: str, **fields: str | int) -> Event:
    return Event(time.time(), "warning", name, fields)


def pieces(lines: Iterable[str]) -> Iterator[str]:
    """The lines, ended, as many together as a pipe takes at once. They are all ASCII."""
    gathered: list[str] = []
    size = 0
    for line in lines:
        if size + len(line) >= PIECE and gathered:
            yield "".join(gathered)
            gathered, size = [], 0
        gathered.append(f"{line}\n")
        size += len(line) + 1
    yield "".join(gathered)

"""What is written down of what happens? One line an event, JSON, with the request's id; never a secret, never a whole address."""

import contextlib
import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from logging.handlers import QueueHandler, QueueListener
from queue import Full, Queue
from typing import Any, Final, TextIO

QUEUE: Final = 10_000  # lines that wait for a slow reader; what comes on top is dropped and counted
QUIET: Final = ("authlib", "httpx2", "httpcore2", "databases", "asyncio")  # at DEBUG they write codes and verifiers

_request: ContextVar[str | None] = ContextVar("request", default=None)
_logger: Final = logging.getLogger("genkan")


@contextlib.contextmanager
def request(request_id: str) -> Iterator[None]:
    """Events inside carry this id; the error page shows it, too."""
    token = _request.set(request_id)
    try:
        yield
    finally:
        _request.reset(token)


def event(name: str, /, *, level: str = "info", **fields: Any) -> None:
    """One event. fields: plain values; ids and fixed words, no password, token, code or address of a person's mailbox."""
    _logger.log(
        logging.getLevelNamesMapping()[level.upper()], name, extra={"fields": fields | {"request": _request.get()}}
    )


def failure(name: str, error: BaseException) -> None:
    """An error that nobody expected: its type and where it came from, without the values that its text may carry."""
    frames = traceback.extract_tb(error.__traceback__)
    event(
        name,
        level="error",
        error=type(error).__name__,
        at_lines=[f"{frame.filename}:{frame.lineno}" for frame in frames],
    )


class Lines(logging.Formatter):
    """A record as one line of JSON, all ASCII: nothing in it can end the line or turn the terminal's colour."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "event": record.getMessage()}
        line |= getattr(record, "fields", {"logger": record.name})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps({key: value for key, value in line.items() if value is not None}, default=str)


class Dropping(QueueHandler):
    """Hands lines to the writing thread, and never waits for it."""

    dropped = 0

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except Full:
            self.dropped += 1

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record


class Listener(QueueListener):
    """The writing thread."""

    def __init__(self, waiting: Queue[Any], writer: logging.Handler) -> None:
        super().__init__(waiting, writer)
        self.waiting = waiting

    def enqueue_sentinel(self) -> None:
        self.waiting.put(None)  # waits for room, so that what was logged last is still written


class Stream(logging.StreamHandler[TextIO]):
    """Writes lines; a reader that has gone away is no reason to stop."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        return None


@contextlib.contextmanager
def to(stream: TextIO | None = None, *, most: int = QUEUE) -> Iterator[Dropping]:
    """While inside, everything that is logged is written to the stream (standard output), by a thread of its own."""
    writer = Stream(stream or sys.stdout)
    writer.setFormatter(Lines())
    waiting: Queue[Any] = Queue(most)
    handler = Dropping(waiting)
    listener = Listener(waiting, writer)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    quieten()
    listener.start()
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        listener.stop()


def quieten() -> None:
    """Whatever the level is set to, these say warnings only."""
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)

"""What is written down of what happens? One line an event, with the request's id; never a secret, never a whole address."""

import contextlib
import logging
import sys
import time
from collections.abc import Iterator
from contextvars import ContextVar
from io import FileIO, StringIO, TextIOWrapper
from typing import Any, Final, Protocol, TextIO

from genkan.log.lines import Event, as_json, as_words, places
from genkan.log.writing import Writing

__all__ = ["Event", "dropped", "event", "failure", "request", "to", "told_to"]

MOST: Final = 10_000  # lines that wait for a slow reader
QUIET: Final = (
    "authlib",
    "httpx2",
    "httpcore2",
    "databases",
    "asyncio",
    "watchfiles",
)  # at DEBUG they write codes and verifiers

_request: ContextVar[str | None] = ContextVar("request", default=None)
_open: "Final[list[Taker]]" = []


class Taker(Protocol):
    def take(self, event: Event) -> None: ...


class Request:
    """Events inside carry this id; the error page shows it, too."""

    def __init__(self, request_id: str) -> None:
        self._id = request_id

    def __enter__(self) -> None:
        self._token = _request.set(self._id)

    def __exit__(self, *_: object) -> None:
        _request.reset(self._token)


request: Final = Request


def event(name: str, /, *, level: str = "info", **fields: Any) -> None:
    """One event. fields: plain values; ids and fixed words, no password, token, code or address of a person's mailbox."""
    said = Event(time.time(), level, name, fields | {"request": _request.get()})
    for writing in _open:
        writing.take(said)


def failure(name: str, error: BaseException) -> None:
    """An error that nobody expected: its type and where it came from, without the values that its text may carry."""
    event(name, level="error", error=type(error).__name__, at_lines=places(error.__traceback__))


@contextlib.contextmanager
def told_to(taker: Taker) -> Iterator[None]:
    """While inside, it is told of every event, at once and in place."""
    _open.append(taker)
    try:
        yield
    finally:
        _open.remove(taker)


def dropped() -> int:
    """Lines that nobody has taken, since whoever writes now began."""
    return sum(each.dropped for each in _open if isinstance(each, Writing))


@contextlib.contextmanager
def to(stream: TextIO | None = None, *, most: int = MOST, for_people: bool = False) -> Iterator[Writing]:
    """While inside, everything that is logged is written to the stream (standard output), by a thread of its own.

    for_people: whether a terminal gets words instead of JSON.
    """
    stream = stream or _standard_output()
    writing = Writing(stream, most, as_words if for_people and stream.isatty() else as_json)
    _open.append(writing)
    root = logging.getLogger()
    before = root.level
    root.addHandler(writing)
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield writing
    finally:
        _open.remove(writing)
        root.removeHandler(writing)
        root.setLevel(before)
        writing.finish()


class Nowhere(StringIO):
    """Where there is no standard output: number 1 may be anybody's connection then."""

    def write(self, text: str) -> int:
        return len(text)


def _standard_output() -> TextIO:
    """Without its buffer: a thread that is stuck in there would keep the process from ending."""
    if sys.stdout is None:
        return Nowhere()
    return TextIOWrapper(FileIO(sys.stdout.fileno(), "w", closefd=False), encoding="utf-8", write_through=True)

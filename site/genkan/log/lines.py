"""How does an event look as a line? As JSON for programs, as words for a terminal; nothing in it can end the line."""

import json
import logging
import time
import traceback
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, NamedTuple

LONGEST: Final = 4000  # characters of a line
SHORTER: Final = (1000, 100, 10)  # characters of a value, one after the other until the line is short enough
ENCODER: Final = json.JSONEncoder(default=lambda unknown: type(unknown).__name__)  # all ASCII


class Event(NamedTuple):
    """at: unix seconds; fields: plain values, None for what is not to be said."""

    at: float
    level: str
    name: str
    fields: Mapping[str, Any]


def as_json(event: Event) -> str:
    known = _known(event)
    line = _json(known)
    for most in SHORTER:
        if len(line) <= LONGEST:
            break
        line = _json({name: _cut(value, most) for name, value in known.items()})
    return line


def as_words(event: Event) -> str:
    """The same, easier on the eye: the time of day, the level, the event, and what is known of it."""
    known = _known(event)
    at, level, name = known.pop("at"), known.pop("level"), known.pop("event")
    said = " ".join(f"{name}={_json(value)}" for name, value in known.items())
    return f"{at[11:19]} {level:7} {_json(name)[1:-1]:20} {said}"


def of_library(record: logging.LogRecord) -> Event:
    """What a library says: only the first line, since in those below some quote the values that they choked on."""
    fields: dict[str, Any] = {"logger": record.name, "text": record.getMessage().partition("\n")[0]}
    if record.exc_info and record.exc_info[0]:
        fields |= {"error": record.exc_info[0].__name__, "at_lines": places(record.exc_info[2])}
    return Event(record.created, record.levelname.lower(), "log", fields)


def places(trace: TracebackType | None) -> list[str]:
    """Files and lines, outermost first; not the code, which may hold values."""
    return [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]


def _known(event: Event) -> dict[str, Any]:
    at = f"{_second(int(event.at))}.{int(event.at % 1 * 1000):03d}Z"
    known: dict[str, Any] = {"at": at, "level": event.level, "event": event.name}
    for name, value in event.fields.items():
        if value is not None:
            known.setdefault(name, value)
    return known


def _cut(value: Any, most: int) -> Any:
    """The beginning of a text; of a list, which has places in files, the end."""
    if isinstance(value, list):
        return [_cut(each, most) for each in value[-max(1, most // 50) :]]
    is_long = isinstance(value, str) and len(value) > most
    return f"{value[:most]}…" if is_long else value


@lru_cache(16)
def _second(at: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))


def _json(value: Any) -> str:
    return ENCODER.encode(value).replace("\x7f", "\\u007f")

"""How does an event look as a line? As JSON for programs, as words for a terminal; nothing in it can end the line."""

import json
import logging
import time
import traceback
from types import TracebackType
from typing import Any


class Lines(logging.Formatter):
    """JSON, all ASCII and printable."""

    def format(self, record: logging.LogRecord) -> str:
        return _json(_known(record))


class Words(logging.Formatter):
    """The same, easier on the eye: the time of day, the level, the event, and what is known of it."""

    def format(self, record: logging.LogRecord) -> str:
        known = _known(record)
        at, level, event = known.pop("at"), known.pop("level"), known.pop("event")
        said = " ".join(f"{name}={_json(value)}" for name, value in known.items())
        return f"{at[11:19]} {level:7} {_json(event)[1:-1]:20} {said}"


def places(trace: TracebackType | None) -> list[str]:
    """Files and lines, outermost first; not the code, which may hold values."""
    return [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)]


def _known(record: logging.LogRecord) -> dict[str, Any]:
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"
    fields = getattr(record, "fields", None)
    event = "log" if fields is None else record.getMessage()
    known = {"at": at, "level": record.levelname.lower(), "event": event}
    fields = _of_library(record) if fields is None else fields
    return known | {name: value for name, value in fields.items() if value is not None and name not in known}


def _of_library(record: logging.LogRecord) -> dict[str, Any]:
    """Only the first line of what it says: in those below some quote the values that they choked on."""
    fields: dict[str, Any] = {"logger": record.name, "text": record.getMessage().partition("\n")[0]}
    if record.exc_info and record.exc_info[0]:
        fields |= {"error": record.exc_info[0].__name__, "at_lines": places(record.exc_info[2])}
    return fields


def _json(value: Any) -> str:
    return json.dumps(value, default=lambda unknown: type(unknown).__name__).replace("\x7f", "\\u007f")

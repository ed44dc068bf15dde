"""Who writes the lines? A thread of its own: a reader that is slow, stuck or gone holds nobody up."""

import contextlib
import logging
import threading
import time
from queue import Empty, SimpleQueue
from typing import Final, TextIO

GATHERING: Final = 0.02  # seconds
LAST: Final = 2.0  # seconds that a reader has for the last lines


class Writing(logging.Handler):
    """Takes records and never waits. most: that may wait to be written; what comes on top is dropped, counted and reported."""

    def __init__(self, stream: TextIO, most: int) -> None:
        super().__init__()
        self.dropped = 0
        self._reported = 0
        self._stream = stream
        self._most = most
        self._waiting: SimpleQueue[logging.LogRecord | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        if self._waiting.qsize() < self._most:
            self._waiting.put(record)
        else:
            self.dropped += 1

    def finish(self) -> None:
        """Write what waits, if there is still somebody who reads."""
        self._waiting.put(None)
        self._thread.join(LAST)

    def _write(self) -> None:
        records: list[logging.LogRecord | None] = []
        while None not in records:
            records = [self._waiting.get()]
            time.sleep(GATHERING)  # many lines at once: waking for each would take the interpreter from the loop
            with contextlib.suppress(Empty):
                while True:
                    records.append(self._waiting.get_nowait())
            self._say([record for record in records if record is not None])

    def _say(self, records: list[logging.LogRecord]) -> None:
        dropped = self.dropped
        if dropped > self._reported:
            records.append(_record("log lines dropped", lines=dropped - self._reported))
        try:
            self._stream.write("".join(self._line(record) for record in records))
            self._stream.flush()
            self._reported = dropped
        except (OSError, ValueError):  # the reader has gone, the disk is full, the stream is closed
            self.dropped += len(records)

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return self.format(record) + "\n"
        except Exception as error:  # whatever a library has logged must not end this thread
            return self.format(_record("log line unreadable", logger=record.name, error=type(error).__name__)) + "\n"


def _record(event: str, **fields: str | int) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": event, "levelname": "WARNING", "fields": fields})

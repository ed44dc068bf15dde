"""How far is a long command? A bar at a terminal, and nothing elsewhere."""

import sys
from typing import Final, Self, TextIO

WIDTH: Final = 30  # characters


class Progress:
    """Of `whole` bytes. stream: where the bar is drawn, if it is a terminal."""

    def __init__(self, whole: int, stream: TextIO | None = None) -> None:
        self._whole = max(1, whole)
        self._stream = stream or sys.stderr
        self._is_shown = self._stream.isatty()
        self._last = -1

    def at(self, done: int) -> None:
        percent = min(100, done * 100 // self._whole)
        if self._is_shown and percent != self._last:
            filled = WIDTH * percent // 100
            self._stream.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {percent:3} %")
            self._stream.flush()
            self._last = percent

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown and self._last >= 0:
            self._stream.write("\r\033[K")
            self._stream.flush()

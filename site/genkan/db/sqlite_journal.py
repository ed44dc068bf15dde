"""Whose journal lies beside a database file? SQLite knows it by its name alone, and would put an old one into a restored copy."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ASIDE: Final = ".before"  # ends the names of what belongs to the file that was there before

Identity = tuple[int, int]


def identity(path: Path) -> Identity | None:
    """Which journal a database file has now; None: it has none."""
    try:
        found = os.stat(_beside(path, "-wal"))
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def put_aside(path: Path, journal: Identity | None) -> None:
    """Rename this journal, if it still lies there, though another file stands in its database's place.

    Several processes may do it at the same time; what any of them has opened since is another journal, and stays.
    """
    with _alone(path.parent):
        if journal is not None and identity(path) == journal:
            for end in ("-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    _beside(path, end).rename(_beside(path, end + ASIDE))


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)

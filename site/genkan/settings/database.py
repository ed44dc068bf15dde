"""Where is everything kept? Reads DATABASE_URL, and looks whether the place is safe."""

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

from genkan.settings.reader import Reader
from genkan.settings.secret import is_example

SQLITE = "sqlite:///"
SERVED = ("static", "templates")  # folders that are read to whoever asks


def database_url(reader: Reader, root: Path, *, production: bool) -> str:
    """A path of SQLite is seen from the root, wherever the server was started."""
    value = reader.text("DATABASE_URL", f"{SQLITE}var/genkan.db")
    if not re.match(r"sqlite:///.|postgres(ql)?://.", value):
        reader.fault("DATABASE_URL", "must begin with sqlite:/// and a path, or postgresql://")
    elif value.endswith(":memory:"):
        reader.fault("DATABASE_URL", "must name a file: what is only in memory is gone with the process")
    elif not value.startswith(SQLITE):
        _server(reader, value, production=production)
    else:
        value = f"{SQLITE}{root / value.removeprefix(SQLITE)}"
        _file(reader, sqlite_path(value), root, production=production)
    return value


def sqlite_path(url: str) -> Path:
    """The file of an SQLite URL, without what stands behind a question mark."""
    return Path(url.removeprefix(SQLITE).partition("?")[0])


def may_write(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)


def problem(path: Path, root: Path, *, production: bool, may: Callable[[Path], bool] = may_write) -> str | None:
    """What is wrong with this file as the place of everything; may: whether a folder can be written."""
    folder = path.parent
    if any(path.resolve().is_relative_to((root / each).resolve()) for each in SERVED):
        return f"must not be in a folder that is served; put the file elsewhere, like {root / 'var' / 'genkan.db'}"
    if path.is_dir():
        return f"must name a file, and {path} is a folder"
    if folder != root / "var" and not folder.is_dir():
        return f"must be in a folder that is there; make {folder}, for nobody but the user that the server runs as"
    if folder.is_dir() and not may(folder):
        return f"must be in a folder where the server may write; give {folder} to the user that it runs as"
    if production and path.exists() and stat.S_IMODE(path.stat().st_mode) & stat.S_IRWXO:
        return f"must name a file that others cannot read: chmod 600 {path}"
    return None


def _file(reader: Reader, path: Path, root: Path, *, production: bool) -> None:
    try:
        found = problem(path, root, production=production)
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links is a RuntimeError
        found = f"must be the path of a file ({error})"
    if found:
        reader.fault("DATABASE_URL", found)


def _server(reader: Reader, value: str, *, production: bool) -> None:
    try:
        parts = urlsplit(value)
        is_usable = ("," in parts.netloc or parts.port != 0) and bool(
            parts.path.strip("/")
        )  # several servers are no port
    except ValueError:
        is_usable = False
    if not is_usable:
        reader.fault("DATABASE_URL", "must be like postgresql://user:password@host:5432/database")
    elif production and is_example(unquote(parts.password or "")):
        reader.fault("DATABASE_URL", "still has the password of an example; give the user of the database a random one")

"""Why can a database not be used, and what is to be done? A sentence for whoever starts the server; no value, no password."""

import sqlite3
from typing import Final
from urllib.parse import urlsplit

# Words of the engines' own names for a failure, and the sentence for it; the first that fits counts.
SENTENCES: Final = (
    (
        ("NOTADB", "CORRUPT"),
        "{place} cannot be used: it is no whole SQLite database ({name}). Put a backup in its place, without the files "
        "of the same name that end in -wal and -shm.",
    ),
    (
        ("READONLY", "CANTOPEN", "SQLITE_PERM", "PermissionError", "EROFS"),
        "{place} cannot be written ({name}). Give the file, and the folder that it is in, to the user that the server runs as.",
    ),
    (
        ("FileNotFoundError", "NotADirectoryError", "IsADirectoryError"),
        "{place} cannot be a file ({name}). Make the folder that it is to be in, or correct DATABASE_URL.",
    ),
    (
        ("SQLITE_FULL", "IOERR", "DiskFullError", "ENOSPC"),
        "The disk of {place} is full, or fails ({name}). Make room, and look at the disk.",
    ),
    (
        ("BUSY", "LOCKED", "LockNotAvailable"),
        "{place} does not answer: another process keeps it locked ({name}). End that process, or start again in a moment.",
    ),
    (
        ("already exists", "Duplicate"),
        "{place} has tables of something else. Name a database of our own in DATABASE_URL.",
    ),
    (
        ("InvalidPassword", "InvalidAuthorization"),
        "PostgreSQL at {place} refuses user or password ({name}). Correct them in DATABASE_URL; special letters as %40 and so on.",
    ),
    (
        ("InvalidCatalogName",),
        "PostgreSQL has no database {place}. Make it (createdb), or correct its name in DATABASE_URL.",
    ),
    (
        ("InsufficientPrivilege",),
        "The user of DATABASE_URL may not make tables in {place}. Make it the owner: ALTER DATABASE … OWNER TO ….",
    ),
    (
        ("ReadOnlySQLTransaction",),
        "PostgreSQL at {place} takes no changes, as a copy does that stands by. Name the primary in DATABASE_URL.",
    ),
    (
        ("TooManyConnections",),
        "PostgreSQL at {place} has no connection left. Raise max_connections, or end other programs.",
    ),
    (("CannotConnectNow",), "PostgreSQL at {place} is starting or stopping. Start again in a moment."),
    (
        ("ClientConfiguration", "ValueError"),
        "DATABASE_URL cannot be read ({name}). Write it like postgresql://user:password@host:5432/database?sslmode=verify-full.",
    ),
    (
        ("SSL", "ConnectionError"),
        "PostgreSQL at {place} cannot be spoken to by TLS ({name}). Correct its certificate, or sslmode in DATABASE_URL.",
    ),
    (
        (
            "Refused",
            "gaierror",
            "TimeoutError",
            "CancelledError",
            "ConnectionReset",
            "ConnectionDoesNotExist",
            "OSError",
        ),
        "Nobody answers at {place} ({name}). Start PostgreSQL, or correct host and port in DATABASE_URL.",
    ),
)
OTHERWISE: Final = "{place} cannot be used ({name}). Check DATABASE_URL, and that the database runs."


def advice(place: str, name: str) -> str:
    """place: as place_of or a path; name: what the engine calls it, or what one of our faults says."""
    fitting = (sentence for words, sentence in SENTENCES if any(word in name for word in words))
    return next(fitting, OTHERWISE).format(place=place, name=name)


def named(error: sqlite3.Error | OSError) -> str:
    """What the engine, or the system, calls a failure."""
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror}"
    return str(getattr(error, "sqlite_errorname", error))


def place_of(url: str) -> str:
    """For people: the path of an SQLite file, or host, port and name of a database; never user and password."""
    if url.startswith("sqlite"):
        return url.partition(":///")[2].partition("?")[0]
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"

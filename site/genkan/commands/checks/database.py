"""Is the database in order? It answers, is of this program's version, whole, and where it is nobody else can read it."""

import os
import stat
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from genkan.commands.checks import clients
from genkan.commands.checks.around import OFFLINE, Around
from genkan.commands.checks.finding import Finding, fault, ok, skipped, warning
from genkan.commands.checks.providers import clock
from genkan.db import Condition, Database, DatabaseFault, condition
from genkan.settings import is_this_machine

FREE: Final = 1_000_000_000  # bytes
FREE_SHARE: Final = 0.05


async def findings(around: Around) -> list[Finding]:
    url = around.settings.database_url
    database = Database(url)
    if not database.is_there:
        return [_none(database.place, is_production=around.settings.is_production)]
    if not database.is_sqlite and not around.online and not is_this_machine(_host(url)):
        return [skipped("database", OFFLINE)]
    try:
        found = await condition(url, patience=around.patience)
    except DatabaseFault as error:
        return [fault("database.reachable", str(error).partition(". ")[0], _todo(str(error)))]
    said = _file(Path(database.place), found) if database.is_sqlite else _server(url, found, around.now)
    if around.settings.is_production and found.version == found.newest:
        said += await clients.findings(database, around.settings.trusted_proxies)
    return [ok("database.reachable", f"{found.engine} answers"), version(found), *said]


def _none(place: str, *, is_production: bool) -> Finding:
    if not is_production:
        return skipped("database", "there is none yet; the first start makes one")
    todo = "where there was one, put a backup in its place; else the first start makes it"
    return warning("database.reachable", f"there is no database at {place}", todo)


def version(found: Condition) -> Finding:
    name, known = "database.version", found.newest
    if found.version is None:
        return warning(name, "it is empty", "start the server once, and it makes the tables")
    if found.version > known:
        return fault(
            name,
            f"it is of version {found.version}, and this program knows {known} at most",
            "install the newer program, or put back the backup that was made before the upgrade",
        )
    if found.version < known:
        return warning(
            name,
            f"it is of version {found.version}; this program takes it to {known} when it starts",
            "make a backup, then start the server",
        )
    return ok(name, f"it is of version {known}, as this program wants it")


def _todo(sentence: str) -> str:
    return sentence.partition(". ")[2].rstrip(".") or "look at DATABASE_URL"


def _file(path: Path, found: Condition) -> list[Finding]:
    return [_whole(path, found), _journal(found), _modes(path), _disk(path)]


def _whole(path: Path, found: Condition) -> Finding:
    if found.is_whole is None:
        return skipped("database.whole", "too large to be looked through now")
    if found.is_whole:
        return ok("database.whole", "every page of it can be read")
    return fault("database.whole", f"{path} is damaged", "stop the server, and put a backup in its place")


def _journal(found: Condition) -> Finding:
    if found.journal == "wal":
        return ok("database.journal", "its journal is a write-ahead log")
    return warning(
        "database.journal",
        f"its journal is of the kind {found.journal}, not a write-ahead log",
        "let no other program open it; the server sets it when it starts",
    )


def _modes(path: Path) -> Finding:
    files = [each for each in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))) if each.exists()]
    open_to_others = [each for each in files if each.stat().st_mode & stat.S_IRWXO]
    if not open_to_others:
        return ok("database.files", "nobody else can read it")
    names = " ".join(map(str, open_to_others))
    return fault("database.files", "others on this machine can read it", f"chmod 600 {names}")


def _disk(path: Path) -> Finding:
    disk = os.statvfs(path)
    free, share = disk.f_bavail * disk.f_frsize, disk.f_bavail / max(1, disk.f_blocks)
    return room(free, share)


def room(free: int, share: float) -> Finding:
    """free: bytes; share: of the disk."""
    text = f"{free / 1e9:.1f} GB of its disk are free"
    if free < FREE or share < FREE_SHARE:
        return warning("database.disk", text, "make room: where the disk is full, nobody can log in")
    return ok("database.disk", text)


def _server(url: str, found: Condition, now: float) -> list[Finding]:
    said = [*clock((found.now or now) - now, "database.clock", "the database's")]
    if found.is_read_only:
        said.append(
            fault(
                "database.writable", "it takes no changes, as a copy that stands by", "name the primary in DATABASE_URL"
            )
        )
    if found.is_encrypted or is_this_machine(_host(url)):
        return [*said, ok("database.tls", "nobody on the way can read what goes there")]
    todo = "add ?sslmode=verify-full to DATABASE_URL, unless the network between is your own alone"
    return [*said, warning("database.tls", "the connection to another machine is not encrypted", todo)]


def _host(url: str) -> str:
    return urlsplit(url).hostname or "localhost"

"""How does what was unpacked come to its places? Over nothing that is there; or what is there is put aside first."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

from genkan import clock, surroundings
from genkan.archive.reading import FOLDER
from genkan.commands import ours
from genkan.commands.addresses import address, without_password
from genkan.commands.opened import CannotDo
from genkan.db import copying, sqlite_side

BESIDE: Final = ("", "-wal", "-shm")  # of an SQLite file


async def place(root: Path, folder: Path, *, url: str | None, force: bool) -> dict[str, Any]:
    """Put everything where it belongs; the settings last. Where it went, and what was put aside. Raises CannotDo, DatabaseFault."""
    changes, environ = _settings(folder)
    target = (
        address(url) if url else environ.get("DATABASE_URL", "").strip() or f"sqlite:///{root / 'var' / 'genkan.db'}"
    )
    if url:
        changes["DATABASE_URL"] = target
    brand = _brand(root, folder, environ, changes)
    path = copying.sqlite_path(target)
    surroundings.change(folder, changes)
    places = _places(root, folder, brand)
    stamp = datetime.fromtimestamp(clock.now(), UTC).strftime("before_%Y%m%d_%H%M%S") if force else None
    aside = _aside([*(to for _, to in places), *([path] if path else [])], stamp)
    await _database(root, folder / "genkan.db", target, path, stamp)
    for source, to in reversed(places):
        to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.rename(source, to)
    return {"database": without_password(target), "placed": [str(to) for _, to in places], "aside": aside}


def _places(root: Path, folder: Path, brand: Path) -> list[tuple[Path, Path]]:
    """What goes where, as far as there is anything."""
    every = {".env": root / ".env", "secret_key": root / "var" / "secret_key", FOLDER: brand}
    found = [(folder / name, to) for name, to in every.items() if (folder / name).exists()]
    return [(source, to) for source, to in found if source.is_dir() or source.stat().st_size]


def _settings(folder: Path) -> tuple[dict[str, str | None], dict[str, str]]:
    """What .env needs besides what it had: what the environment of the old server set. And all settings together."""
    if (folder / "env").exists():
        os.rename(folder / "env", folder / ".env")
    else:
        (folder / ".env").touch(mode=0o600)
    found: dict[str, str] = json.loads((folder / "environment").read_text())
    here = {name: value for name, value in surroundings.of_process().items() if name == "DATABASE_URL"}
    changes: dict[str, str | None] = {name: value for name, value in found.items() if name not in here}
    return changes, surroundings.in_file(folder) | found | here


def _brand(root: Path, folder: Path, environ: dict[str, str], changes: dict[str, str | None]) -> Path:
    """Where the team's own look goes: where it was, or into brand/ where that would be outside of this folder."""
    name = PurePosixPath(environ.get("BRAND_DIR", "").strip() or FOLDER)
    if name.is_absolute() or ".." in name.parts:
        name = PurePosixPath(FOLDER)
        changes["BRAND_DIR"] = FOLDER
    return root / name


def _aside(places: list[Path], stamp: str | None) -> list[str]:
    """Nothing is written over. Raises CannotDo where something is there and may not be put aside."""
    there = [path for path in places if path.exists()]
    if there and stamp is None:
        raise CannotDo(
            f"There is something already: {', '.join(map(str, there))}. Restore into an empty folder, or say --force."
        )
    moved = [(path, path.with_name(f"{path.name}.{stamp}")) for path in there]
    for path, aside in moved:
        for end in BESIDE if path.is_file() else ("",):
            if path.with_name(path.name + end).exists():
                os.rename(path.with_name(path.name + end), aside.with_name(aside.name + end))
    return [str(aside) for _, aside in moved]


async def _database(root: Path, copy: Path, target: str, path: Path | None, stamp: str | None) -> None:
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.restoring")
        unfinished.unlink(missing_ok=True)
        sqlite_side.copy(copy, unfinished)
        os.rename(unfinished, path)
        return
    names = ours.tables(root)
    with sqlite_side.reading(copy) as source:
        async with copying.empty(target, names, aside=stamp) as side:
            await copying.copied(source, side, names)


def said(placed: dict[str, Any]) -> list[str]:
    lines = [f"The database is at {placed['database']}.", *(f"Placed: {path}" for path in placed["placed"])]
    lines += [f"Put aside: {path}" for path in placed["aside"]]
    return [*lines, "Start the server: python3 run.py. Who was logged in still is, at the same BASE_URL."]

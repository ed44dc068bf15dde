"""`python3 run.py backup FILE`: everything that stands up again on an empty machine, in one file under a passphrase."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from genkan import archive, clock, surroundings
from genkan.archive import reading
from genkan.commands import opened, ours, passphrases, saying
from genkan.commands.opened import CannotDo
from genkan.db import checking, copying, postgres_side, sqlite_side
from genkan.settings import Settings
from genkan.settings.ours import ours as settings_of


def command(root: Path, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py backup",
        description="Database, secret, settings and your own look, while the site serves; `age -d FILE | tar xz` opens it too.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; there must be nothing yet")
    passphrases.add_to(parser)
    parser.add_argument("--force", action="store_true", help="put it in the place of a file that is there")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    asked = parser.parse_args(arguments)
    return opened.finished(_backup(root, asked))


async def _backup(root: Path, asked: argparse.Namespace) -> int:
    settings = opened.settings(root)
    if asked.file.exists() and not asked.force:
        raise CannotDo(f"There is something already at {asked.file}. Choose another name, or say --force.")
    passphrase = passphrases.chosen(asked.passphrase_file)
    with ours.folder(root, settings.database_url) as folder:
        copy = folder / "genkan.db"
        left = await _copy(settings.database_url, copy, ours.tables(root))
        about = _about(copy, root, settings, left)
        with archive.writing(asked.file, passphrase) as kept:
            kept.put("about.json", json.dumps(about, indent=2))
            kept.add("genkan.db", copy)
            _keep_settings(kept, root)
            for name, path in _brand(settings):
                kept.add(name, path)
    document = about | {"file": str(asked.file), "bytes": asked.file.stat().st_size}
    if asked.json:
        saying.as_json(document)
    else:
        saying.told(_said(document))
    return 0


async def _copy(url: str, copy: Path, names: frozenset[str]) -> list[str]:
    """The database as it is at this moment, as an SQLite file, whichever it is. Tables that are not in it. Raises DatabaseFault."""
    path = copying.sqlite_path(url)
    if path is not None:
        sqlite_side.copy(path, copy)
        return []
    async with postgres_side.reading(url) as source:
        with sqlite_side.making(copy) as target:
            await copying.copied(source, target, names)
        return await copying.others(source, names)


def _about(copy: Path, root: Path, settings: Settings, left: list[str]) -> dict[str, Any]:
    """What is in it, once it is known to be whole. Raises CannotDo."""
    found = checking.checked(copy, ours.tables(root))
    if found.faults:
        raise CannotDo("The database is not whole, and no backup was written. " + " ".join(found.faults))
    return {
        "format": 1,
        "made_at": saying.moment(clock.now()),
        "site": settings.base_url,
        "schema_version": found.version,
        "rows": found.counts,
        "left": left,
    }


def _keep_settings(kept: archive.Archive, root: Path) -> None:
    """.env as it is; what the environment sets besides; the secret of development."""
    file, made = root / ".env", root / "var" / "secret_key"
    if file.is_file():
        kept.add("env", file)
    mine = settings_of(surroundings.read(root), root)
    process = surroundings.of_process()
    kept.put("environment", json.dumps({name: value for name, value in mine.items() if name in process}))
    if made.is_file():
        kept.add("secret_key", made)


def _brand(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The files of BRAND_DIR, and their names in the backup. Raises CannotDo."""
    folder = settings.brand_dir
    for path in sorted(folder.rglob("*")) if folder else []:
        if path.is_file() and folder is not None:
            name = f"{reading.FOLDER}/{path.relative_to(folder).as_posix()}"
            if not reading.is_ours(name):
                raise CannotDo(f"A file in BRAND_DIR has a name that no backup takes: {name!r}.")
            yield name, path


def _said(document: dict[str, Any]) -> str:
    rows = document["rows"]
    left = f"Not ours, and not in it: {', '.join(document['left'])}.\n" if document["left"] else ""
    return (
        f"{document['file']}: {document['bytes']} bytes, {rows.get('users', 0)} users, {sum(rows.values())} rows in all,"
        f" schema version {document['schema_version']}.\n"
        f"{left}See that it can be read: python3 run.py restore --verify {document['file']}"
    )

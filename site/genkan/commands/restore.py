"""`python3 run.py restore FILE`: a site stands up again from a backup; `--verify` only looks whether it would."""

import argparse
import asyncio
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from genkan import archive
from genkan.archive import ArchiveFault
from genkan.commands import opened, ours, passphrases, placing, saying
from genkan.commands.opened import CannotDo
from genkan.db import DatabaseFault, checking
from genkan.db.checking import Checked
from genkan.db.prepare import newest_version


@dataclass(frozen=True, slots=True)
class Found:
    """about: as it was written down; database: as it is."""

    about: dict[str, Any]
    database: Checked


def command(root: Path, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="run.py restore", description="Stand up again from a backup.")
    parser.add_argument("file", type=Path, metavar="FILE")
    passphrases.add_to(parser)
    parser.add_argument("--verify", action="store_true", help="open it, check all that is in it, change nothing")
    parser.add_argument(
        "--database",
        metavar="URL",
        help="where to, if not where the backup or DATABASE_URL says; @FILE: the address is in a file",
    )
    parser.add_argument("--force", action="store_true", help="what is there is put aside, under a name of its own")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    asked = parser.parse_args(arguments)
    return opened.finished(_restore(root, asked))


async def _restore(root: Path, asked: argparse.Namespace) -> int:
    passphrase = passphrases.given(asked.passphrase_file)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=None if asked.verify else root) as name:
        folder = Path(name)
        found = await asyncio.to_thread(_opened, root, asked.file, passphrase, folder)
        if asked.verify:
            _tell(asked, _document(asked.file, found), "Nothing was changed.")
            return 0
        placed = await placing.place(root, folder, url=asked.database, force=asked.force)
    _tell(asked, _document(asked.file, found) | placed, "\n".join(placing.said(placed)))
    return 0


def _opened(root: Path, file: Path, passphrase: str, folder: Path) -> Found:
    """Unpacked and looked at from all sides. Raises CannotDo, OSError."""
    try:
        archive.unpack(file, passphrase, folder)
        about = _about(folder)
        database = checking.checked(folder / "genkan.db", ours.tables(root))
    except (ArchiveFault, DatabaseFault) as fault:
        raise CannotDo(str(fault)) from None
    except (FileNotFoundError, ValueError) as error:
        raise CannotDo(
            f"{file} cannot be used: {'it is no backup of ours' if isinstance(error, ValueError) else error.strerror}."
        ) from None
    faults = [*database.faults]
    faults += (
        [] if about.get("rows") == database.counts else ["It has other rows than were written down when it was made."]
    )
    if database.version > newest_version():
        faults.append(
            f"It is of version {database.version}, and this program knows {newest_version()} at most: install the newer one."
        )
    if faults:
        raise CannotDo("The database in it cannot be used. " + " ".join(faults))
    return Found(about, database)


def _about(folder: Path) -> dict[str, Any]:
    """What was written down. Raises ValueError where it is not what we write down, FileNotFoundError."""
    about, environment = (json.loads((folder / name).read_text()) for name in ("about.json", "environment"))
    if (
        not isinstance(environment, dict)
        or not isinstance(about, dict)
        or not {"made_at", "site", "rows"} <= about.keys()
    ):
        raise ValueError
    return about


def _document(file: Path, found: Found) -> dict[str, Any]:
    return {
        "file": str(file),
        "made_at": found.about["made_at"],
        "site": found.about["site"],
        "schema_version": found.database.version,
        "upgrades_to": newest_version(),
        "rows": found.database.counts,
    }


def _tell(asked: argparse.Namespace, document: dict[str, Any], last: str) -> None:
    if asked.json:
        saying.as_json(document)
        return
    rows = document["rows"]
    older = document["schema_version"] < document["upgrades_to"]
    saying.told(
        f"{document['file']}: made {document['made_at']} of {document['site']}, schema version {document['schema_version']}"
        f"{' (the first start upgrades it)' if older else ''}.\n"
        f"Whole: {rows['users']} users, {sum(rows.values())} rows in all; every reference leads somewhere.\n{last}"
    )

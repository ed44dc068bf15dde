"""`user export`: how are all accounts written into a file?"""

import argparse
import contextlib
import csv
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from genkan import clock
from genkan.accounts import exporting
from genkan.accounts.administration import COMMAND
from genkan.accounts.import_rows import COLUMNS
from genkan.commands import cells, opened, saying
from genkan.commands.opened import CannotDo


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="must not be there yet; - for standard output")
    parser.add_argument("--format", choices=("csv", "jsonl"), help="else by the file's name: csv, if it ends in .csv")
    parser.add_argument(
        "--with-hashes", action="store_true", help="the passwords' hashes too: keep the file like the database"
    )


async def export(root: Path, given: argparse.Namespace) -> int:
    is_csv = given.format == "csv" or (given.format is None and given.file.lower().endswith(".csv"))
    if given.json and given.file == "-":
        raise CannotDo("--json says how it went on standard output; write the accounts into a file.")
    async with opened.services(root) as services:
        count = 0
        with written(given.file) as file:
            out = Cells(file) if is_csv else Lines(file)
            async for each in exporting.people(services, with_hashes=given.with_hashes):
                out.write(each)
                count += 1
        await exporting.note(services, COMMAND, count=count, with_hashes=given.with_hashes, now=clock.now())
    if given.json:
        saying.as_json({"accounts": count, "file": given.file})
    else:
        saying.refused(f"{count} accounts.")
    return 0


@contextlib.contextmanager
def written(name: str) -> Iterator[TextIO]:
    """The file, which only its owner reads; whole or not at all. Raises CannotDo where there is one already."""
    if name == "-":
        yield sys.stdout
        return
    path = Path(name)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CannotDo(f"{name} is there already. Choose another name, or remove it.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


class Lines:
    """One JSON object a line."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, row: dict[str, Any]) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")


class Cells:
    """CSV, with nothing in it that a spreadsheet would take for a formula."""

    def __init__(self, file: TextIO) -> None:
        self._csv = csv.writer(file)
        self._csv.writerow(COLUMNS)

    def write(self, row: dict[str, Any]) -> None:
        self._csv.writerow([cells.guarded(_cell(row[name])) for name in COLUMNS])


def _cell(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)

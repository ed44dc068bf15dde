"""Where does a passphrase come from? From a file, from standard input, or from whoever sits there; never from the command line."""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Final

from genkan.commands.opened import CannotDo

SHORTEST: Final = 12  # characters


def add_to(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="PATH",
        help="a file whose first line is the passphrase; without it, it is asked for, or is the first line of standard input",
    )  # fmt: skip


def given(file: Path | None) -> str:
    """Raises CannotDo, OSError."""
    return _read(file) if file or not sys.stdin.isatty() else getpass.getpass("Passphrase: ")


def chosen(file: Path | None) -> str:
    """A new one; whoever types it types it twice. Raises CannotDo, OSError."""
    if file or not sys.stdin.isatty():
        passphrase = _read(file)
    else:
        passphrase = getpass.getpass("Passphrase for the backup: ")
        if getpass.getpass("Once more: ") != passphrase:
            raise CannotDo("The two are not the same. Nothing was written.")
    if len(passphrase) < SHORTEST:
        raise CannotDo(
            f"A passphrase must have {SHORTEST} characters or more: the file holds every secret of the site."
        )
    return passphrase


def _read(file: Path | None) -> str:
    try:
        if file is None:
            return sys.stdin.readline().rstrip("\r\n")
        with file.open(encoding="utf-8") as lines:
            return lines.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise CannotDo("The passphrase must be text in UTF-8.") from None

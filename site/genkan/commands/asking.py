"""What does a command ask of whoever sits at the terminal? Passwords that nobody sees, and whether they mean it."""

import getpass
import sys
from typing import Final

from genkan.commands import saying
from genkan.commands.opened import CannotDo

LONGEST: Final = 4096  # characters of a line


def password() -> str:
    """Twice at a terminal, without showing it; else the first line of standard input. Raises CannotDo."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST).rstrip("\r\n")
    try:
        first = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") != first:
            raise CannotDo("These were two passwords. Nothing was done.")
    except (EOFError, KeyboardInterrupt):
        raise CannotDo("Nothing was done.") from None
    return first


def is_sure(question: str, *, said_yes: bool) -> bool:
    """Whether it is meant: by --yes, or by `yes` at a terminal. Raises CannotDo where there is nobody to ask."""
    if said_yes:
        return True
    if not sys.stdin.isatty():
        raise CannotDo("Nobody is there to be asked: add --yes where it is meant.")
    print(saying.safe(f"{question} Type yes: "), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline(LONGEST).strip().lower() == "yes"

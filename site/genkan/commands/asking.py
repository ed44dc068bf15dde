"""What does a command ask of whoever sits at the terminal? Passwords that nobody sees, and whether they mean it."""

import sys
import termios
from typing import Final

from genkan.commands import saying
from genkan.commands.opened import CannotDo

LONGEST: Final = 4096  # characters of a line


def password() -> str:
    """Twice at a terminal, without showing it; else the first line of standard input. Raises CannotDo."""
    try:
        return _twice() if sys.stdin.isatty() else sys.stdin.readline(LONGEST).rstrip("\r\n")
    except UnicodeDecodeError:
        raise CannotDo("The password is not UTF-8. Nothing was done.") from None


def _twice() -> str:
    first = _unseen("Password: ")
    if _unseen("The same again: ") != first:
        raise CannotDo("These were two passwords. Nothing was done.")
    return first


def is_sure(question: str, *, said_yes: bool) -> bool:
    """Whether it is meant: by --yes, or by `yes` at a terminal. Raises CannotDo where there is nobody to ask."""
    if said_yes:
        return True
    if not sys.stdin.isatty():
        raise CannotDo("Nobody is there to be asked: add --yes where it is meant.")
    _ask(f"{question} Type yes: ")
    return sys.stdin.readline(LONGEST).strip().lower() == "yes"


def _unseen(prompt: str) -> str:
    """A line that the terminal does not show; it is as before afterwards, whatever happens."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(terminal, termios.TCSADRAIN, silent)
    try:
        _ask(prompt)
        return sys.stdin.readline(LONGEST).rstrip("\r\n")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        print(file=sys.stderr, flush=True)


def _ask(text: str) -> None:
    print(saying.safe(text), end="", file=sys.stderr, flush=True)

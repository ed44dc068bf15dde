"""Which tools of the command line are a designer's? `python3 run.py VERB`: each is a function of the root and its arguments."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from genkan.design import checking, copying
from genkan.design.lint import command as lint
from genkan.design.where import where

COMMANDS: Final[dict[str, Callable[[Path, list[str]], int]]] = {
    "check": checking.command,
    "copy-template": copying.command,
    "lint": lint.run,
    "where": where,
}


def run(root: Path, verb: str, arguments: list[str]) -> int:
    """Returns the exit status: 0 for nothing to be said, 1 for something that was found, 2 for a wrong call."""
    return COMMANDS[verb](root, arguments)

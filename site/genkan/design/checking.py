"""Is a team's own folder in order? `python3 run.py check copies` says what somebody should look at. A further check joins CHECKS."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from genkan.design import copies, originals, own_folder, upkeep

# Each is asked with the root and the team's own folder, and returns one text for each thing that it found.
CHECKS: Final[tuple[Callable[[Path, Path], list[str]], ...]] = (
    upkeep.findings,
    own_folder.unusable,
    own_folder.misplaced,
    own_folder.unsaid,
)


def command(root: Path, arguments: list[str]) -> int:
    """Returns 0 where nothing was found, else 1."""
    parser = argparse.ArgumentParser(
        prog="run.py check", description="What has changed under your copies of templates?"
    )
    parser.add_argument("--accept", metavar="NAME", help="note that the copy of this template is up to date")
    parser.add_argument("--merge", metavar="NAME", help="put into a copy what has changed in its original")
    asked = parser.parse_args(arguments)
    brand, is_set = copies.folder(root)
    try:
        if asked.accept:
            print(upkeep.accept(root, brand, asked.accept))
        elif asked.merge:
            return _merge(root, brand, asked.merge)
        else:
            return _check(root, brand, is_set=is_set)
    except originals.Unknown as unknown:
        print(unknown, file=sys.stderr)
        return 1
    return 0


def findings(root: Path) -> list[str]:
    """One text for each thing that somebody should look at; none where there is no folder of a team's own."""
    brand, _ = copies.folder(root)
    return [each for check in CHECKS for each in check(root, brand)] if brand.is_dir() else []


def _merge(root: Path, brand: Path, name: str) -> int:
    said, is_whole = upkeep.merge(root, brand, name)
    print(said)
    return 0 if is_whole else 1


def _check(root: Path, brand: Path, *, is_set: bool) -> int:
    if not brand.is_dir():
        print(
            f"There is no folder {copies.shown(brand, root)}: nothing of ours is replaced, so there is nothing to check."
        )
        return 1 if is_set else 0
    if not is_set:
        print(f"BRAND_DIR is not set, so nothing in {copies.USUAL}/ is used here; to use it: BRAND_DIR={copies.USUAL}")
    found = findings(root)
    print(
        "\n\n".join(found)
        if found
        else f"{copies.shown(brand, root)} is in order: every copy is of a template as it is now."
    )
    return 1 if found else 0

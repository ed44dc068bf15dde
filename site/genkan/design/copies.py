"""Which of our templates has a team copied, and from what? Each copy says so in its first line; what it was lies in .originals/."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genkan import surroundings
from genkan.design import originals
from genkan.settings import brand_folder
from genkan.web.brand import BOM_TOO, Brand

USUAL: Final = "brand"  # where BRAND_DIR is not set
KEPT: Final = ".originals"
NOTED: Final = re.compile(
    r"{# Copied from templates/([\w-]+/[\w-]+\.(?:html|txt)), version ([0-9a-f]{12})\..*?#}\n?", re.DOTALL
)
INHERITS: Final = re.compile(r'{%-?\s*extends\s+"ours/')


@dataclass(frozen=True, slots=True)
class Copy:
    """name: of the original, "pages/login.html"; noted: the version that it was copied at, None where it does not say.

    text: without the note.
    """

    path: Path
    name: str
    noted: str | None
    text: str


class AlreadyThere(Exception):
    """There is one; says where."""


def folder(root: Path) -> tuple[Path, bool]:
    """Where a team's own things are, and whether BRAND_DIR says so."""
    found = brand_folder(surroundings.read(root), root)
    return found or root / USUAL, found is not None


def made(root: Path, brand: Path, names: list[str]) -> list[Path]:
    """Copies of these templates. Raises AlreadyThere before anything is written."""
    targets = [brand / "templates" / name for name in names]
    for target in targets:
        if target.exists():
            raise AlreadyThere(f"{shown(target, root)} is there already; nothing was changed.")
    for name, target in zip(names, targets, strict=True):
        write(
            brand,
            target,
            name,
            (root / "templates" / name).read_text(),
            original=(root / "templates" / name).read_text(),
        )
    return targets


def write(brand: Path, path: Path, name: str, text: str, *, original: str) -> None:
    """A copy under its note, and what its original is now."""
    for target, content in ((path, note(name, original) + text), (kept(brand, name), original)):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)


def note(name: str, original: str) -> str:
    version = originals.version(original)
    return (
        f"{{# Copied from templates/{name}, version {version}. `python3 run.py check` says when ours has changed. #}}\n"
    )


def kept(brand: Path, name: str) -> Path:
    """Where the original is as it was."""
    return brand / KEPT / name


def all_of(brand: Path) -> list[Copy]:
    """Every template of the team's, copied or not, but for those that only add to ours."""
    there = [path for path in Brand(brand).files("templates") if path.suffix in originals.KINDS]
    read = [_read(path, path.relative_to(brand / "templates").as_posix()) for path in there]
    return [each for each in read if not INHERITS.search(each.text)]


def shown(path: Path, root: Path) -> str:
    """As a person would type it, standing beside run.py."""
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _read(path: Path, name: str) -> Copy:
    text = path.read_text(BOM_TOO, errors="replace")
    found = NOTED.match(text)
    if found is None:
        return Copy(path, name, None, text)
    return Copy(path, found[1], found[2], text[found.end() :])

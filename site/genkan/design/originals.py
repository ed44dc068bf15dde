"""Which of our templates is meant by a name? `login`, `pages/login`, `templates/emails/verify.txt`: as a person would type it."""

import difflib
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

ROOMS: Final = ("pages", "errors", "components", "layouts", "emails")  # of templates/, as a bare name is looked for
KINDS: Final = (".html", ".txt")


class Unknown(Exception):
    """There is no template of that name; says which is meant, perhaps."""


def named(templates: Path, asked: str) -> list[str]:
    """Its files under templates/; a mail has two. Raises Unknown."""
    plain = asked.removeprefix("./").strip("/").removeprefix("templates/")
    there = files(templates)
    if plain in there:
        return [plain]
    for name in (plain, *(f"{room}/{plain}" for room in ROOMS)):
        found = [f"{name}{kind}" for kind in KINDS if f"{name}{kind}" in there]
        if found:
            return found
    raise Unknown(f"There is no template “{asked}”.{_nearest(plain, there)}")


def files(templates: Path) -> list[str]:
    """All that may be copied: "pages/login.html" and so on."""
    found = [path for room in ROOMS for path in sorted((templates / room).glob("*")) if path.suffix in KINDS]
    return [path.relative_to(templates).as_posix() for path in found]


def version(text: str) -> str:
    """What an original is known by: the first letters of its SHA-256, whatever ends its lines."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _nearest(plain: str, there: Iterable[str]) -> str:
    names = {each.rpartition(".")[0] for each in there}
    bare = {name.rpartition("/")[2]: name for name in sorted(names)}
    near = difflib.get_close_matches(plain, names, 3) or difflib.get_close_matches(plain, bare, 3)
    said = list(dict.fromkeys(bare.get(each, each) for each in near))
    return f" The nearest: {', '.join(said)}." if said else f" There are: {', '.join(sorted(names))}."

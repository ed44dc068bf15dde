"""`run.py where /login`: which files make a page? Found by its address, its name or its words, with nothing running."""

import difflib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from babel.messages.pofile import read_po

from genkan import surroundings
from genkan.design import addresses, sentences
from genkan.design.addresses import Door
from genkan.settings import brand_folder
from genkan.web import files
from genkan.web.brand import Brand
from genkan.web.files import Files

ROOMS: Final = ("pages", "errors", "dev", "emails", "layouts", "components")  # of templates/
USAGE: Final = "Usage: run.py where /login   (an address; the name of a page, a mail, a layout or a component; or words that it says)"
WIDTH: Final = 12  # of the first column


def where(root: Path, arguments: list[str]) -> int:
    """Print the files of a page. Returns the exit status: 0, 1 where there is none, 2 for a wrong call."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(USAGE, file=sys.stderr)
        return 2
    doors = addresses.doors(root / "site" / "genkan")
    folders = _folders(root)
    asked = arguments[0]
    is_address = asked.startswith("/") or "://" in asked
    if is_address and (found := _by_address(asked, doors)):
        return _said(_of_doors(root, folders, found))
    if not is_address and (template := _template(asked, folders)):
        return _said(_of_template(root, folders, template, doors))
    if said := list(dict.fromkeys(sentences.saying(folders, asked))):
        return _said(_of_sentences(said, doors))
    print("\n".join(_unknown(asked, doors, folders)), file=sys.stderr)
    return 1


def _folders(root: Path) -> tuple[Path, ...]:
    """The team's own first, as the site looks for them."""
    brand = brand_folder(surroundings.read(root), root)
    return (*(Brand(brand).templates if brand else ()), root / "templates", root / "static" / "img")


def _said(lines: Iterable[str]) -> int:
    print("\n".join(lines))
    return 0


def _by_address(asked: str, doors: list[Door]) -> list[Door]:
    """All routes of the first path that answers: it may have one for each method."""
    path = unquote(urlsplit(asked).path).rstrip("/") or "/"
    first = next((door.path for door in doors if door.answers(path)), None)
    return [door for door in doors if door.path == first]


def _template(asked: str, folders: tuple[Path, ...]) -> str | None:
    """A template by its name, its name in its room, or its path."""
    name = asked.removeprefix("templates/")
    ends = ("", ".html", ".txt")
    tried = [f"{room}{name}{end}" for room in ("", *(f"{each}/" for each in ROOMS)) for end in ends]
    return next((each for each in tried if each.endswith(ends[1:]) and files.found(folders, each)), None)


def _of_doors(root: Path, folders: tuple[Path, ...], doors: list[Door]) -> Iterator[str]:
    door = doors[0]
    methods = dict.fromkeys(method for each in doors for method in each.methods)
    yield from _row("address", [f"{door.path}  ({', '.join(methods)})"])
    yield from _row("page", [files.shown(root, door.module)])
    own = sorted(door.templates, key=lambda each: Path(each).name != door.module.stem)
    if not own:
        yield from _row("template", ["none of its own: it leads on, or shows another page's"])
    for found in filter(None, (files.of(root, folders, f"{name}.html") for name in own)):
        yield ""
        yield from _of_files(root, found)


def _of_template(root: Path, folders: tuple[Path, ...], name: str, doors: list[Door]) -> Iterator[str]:
    stem = name.rpartition(".")[0]
    shown = [each for each in doors if stem in each.templates]
    yield from _row("address", dict.fromkeys(each.path for each in shown))
    yield from _row("page", dict.fromkeys(files.shown(root, each.module) for each in shown))
    found = files.of(root, folders, name)
    assert found is not None, "its template was found"
    yield from _of_files(root, found)
    yield from _row("used by", _users(root, folders, name))


def _of_sentences(said: list[tuple[str, str]], doors: list[Door]) -> Iterator[str]:
    """One line for each sentence: who says it, at which address."""
    for name, sentence in said:
        stem = name.rpartition(".")[0]
        address = next((f"  {each.path}" for each in doors if stem in each.templates), "")
        yield f"{name}{address}  {sentence}"
    yield f"More of one: run.py where {said[0][0].rpartition('.')[0]}"


def _of_files(root: Path, found: Files) -> Iterator[str]:
    yield from _row("template", [found.template])
    yield from _row("stands in", found.layouts)
    yield from _row("blocks", [" ".join(found.blocks)] if found.blocks else [])
    yield from _row("components", [f"templates/components/{each}.html" for each in found.components])
    longest = max((len(path) for path, _ in found.styles), default=0)
    yield from _row("css", [f"{path:{longest}}  {', '.join(users) or 'every page'}" for path, users in found.styles])
    yield from _row("states", [found.states, f"/dev/gallery/{found.name.rpartition('.')[0]}"] if found.states else [])
    for path in found.catalogs:
        yield from _row("strings", _lines(root / path, path, found.strings))


def _row(label: str, values: Iterable[str]) -> Iterator[str]:
    for at, value in enumerate(values):
        yield f"{label if at == 0 else '':{WIDTH}}{value}".rstrip()


def _lines(path: Path, shown: str, strings: Iterable[str]) -> Iterator[str]:
    """Where in a catalog each sentence stands, and how it is said there."""
    with path.open("rb") as file:
        kept = {str(each.id): each for each in read_po(file) if each.id}
    for each in strings:
        if each in kept:
            yield f"{shown}:{kept[each].lineno}  {each} → {kept[each].string}"
        else:
            yield f"{shown}  {each} → (not there)"


def _users(root: Path, folders: tuple[Path, ...], name: str) -> Iterator[str]:
    """Of a component or a layout: the pages that have it."""
    for each in files.names(folders):
        found = files.of(root, folders, each)
        is_one = found and (
            f"templates/{name}" in found.layouts or name in map("components/{}.html".format, found.components)
        )
        if found and is_one:
            yield found.template


def _unknown(asked: str, doors: list[Door], folders: tuple[Path, ...]) -> Iterator[str]:
    yield f"There is nothing at {asked}."
    names = {each.path for each in doors} | {Path(each).stem for each in files.names(folders)}
    near = difflib.get_close_matches(unquote(urlsplit(asked).path) or asked, sorted(names), 5, 0.5)
    yield from _row("Nearest:", near)

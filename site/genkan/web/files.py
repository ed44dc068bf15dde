"""Which files make a page? Read from the templates themselves, for the comment at its end, its corner, and `run.py where`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from genkan.web.loading import OURS

ABOVE: Final = re.compile(r'{%-?\s*(?:extends|import|include)\s+"([^"]+)"')
BLOCK: Final = re.compile(r"{%-?\s*block\s+(\w+)")
COMPONENT: Final = re.compile(r"\bui\.(\w+)\(")
SENTENCE: Final = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
CLASSES: Final = re.compile(r'class="([^"]*)"')
KIND: Final = re.compile(r"{%-?\s*block kind\s*-?%}(\w+){%-?\s*endblock\s*-?%}")  # of a page: the class of its body
TAG: Final = re.compile(r"{[%{#].*?[%}#]}", re.DOTALL)
REMARK: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR: Final = re.compile(r"(?:^|[{},])\s*\.([a-z][a-z_-]*)")  # what a rule begins with
FOR_ALL: Final = ("css/tokens.css", "css/base.css", "css/print.css")
NOT_FOR_ALL: Final = ("css/dev/", "css/brand/")  # of development, of a logo
STATES: Final = ".states.toml"


@dataclass(frozen=True, slots=True)
class Files:
    """Paths as a person types them, below the folder that they were asked of; those outside it whole.

    template: "templates/pages/login.html"; layouts: what it stands in, the nearest first; blocks: its own, in order;
    components: their names; styles: the style sheets whose classes it has, each with who has them; strings: its
    sentences, each with its file; states, catalogs: of it, of each language.
    """

    name: str
    template: str
    layouts: tuple[str, ...]
    blocks: tuple[str, ...]
    components: tuple[str, ...]
    styles: tuple[tuple[str, tuple[str, ...]], ...]
    strings: tuple[str, ...]
    states: str | None
    catalogs: tuple[str, ...]


def of(root: Path, folders: Sequence[Path], name: str, components: Iterable[str] | None = None) -> Files | None:
    """The files of a template; None where there is no such.

    root: holds templates/ and static/; folders: where templates are looked for, the first first; name:
    "pages/login.html"; components: those that were used, or None for all that it may use.
    """
    path = found(folders, name)
    if path is None:
        return None
    layouts = list(_layouts(folders, name))
    used = sorted(set(components) if components is not None else _components(folders, [name, *layouts]))
    owners = [name, *layouts, *(f"components/{each}.html" for each in used)]
    states = path.with_name(path.stem + STATES)
    return Files(
        name=name,
        template=shown(root, path),
        layouts=tuple(shown(root, each) for each in (found(folders, one) for one in layouts) if each),
        blocks=tuple(dict.fromkeys(BLOCK.findall(path.read_text()))),
        components=tuple(used),
        styles=tuple(_styles(root, folders, owners)) if path.suffix == ".html" and "emails/" not in name else (),
        strings=tuple(_strings(folders, owners)),
        states=shown(root, states) if states.exists() else None,
        catalogs=tuple(shown(root, each) for folder in folders for each in sorted(folder.glob("locale/*/*/*.po"))),
    )


def in_a_line(files: Files) -> str:
    """For the comment at the end of a page."""
    layouts = [each.removeprefix("templates/") for each in files.layouts[:1]]
    styles = " ".join(each.removeprefix("static/css/") for each, _ in files.styles)
    parts = [files.template, *layouts, f"components: {' '.join(files.components)}", f"css: {styles}"]
    parts += [f"states: {files.states}"] if files.states else []
    return " · ".join([*parts, f"strings: {' '.join(files.catalogs)}"])


def found(folders: Sequence[Path], name: str) -> Path | None:
    """Where a template is: in the first folder that has it; by "ours/…" in one of ours, which are the last two."""
    if name.startswith(f"{OURS}/"):
        folders, name = folders[-2:], name.removeprefix(f"{OURS}/")
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def sentences(text: str) -> list[str]:
    """What a template says, in English."""
    return [each.replace('\\"', '"') for each in SENTENCE.findall(text)]


def names(folders: Sequence[Path]) -> list[str]:
    """Every template, without the folder that it is in."""
    paths = {each.relative_to(folder) for folder in folders for each in folder.rglob("*") if each.is_file()}
    return sorted(str(each) for each in paths if each.suffix in (".html", ".txt"))


def shown(root: Path, path: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _text(folders: Sequence[Path], name: str) -> str:
    path = found(folders, name)
    return _read(path, path.stat().st_mtime_ns) if path else ""


@lru_cache(512)
def _read(path: Path, changed_at: int) -> str:
    return path.read_text()


def _layouts(folders: Sequence[Path], name: str) -> Iterator[str]:
    for above in ABOVE.findall(_text(folders, name)):
        yield above
        yield from _layouts(folders, above)


def _components(folders: Sequence[Path], owners: Iterable[str]) -> set[str]:
    """Those that these call, and those that they call in turn."""
    waiting, used = list(owners), set[str]()
    while waiting:
        called = set(COMPONENT.findall(_text(folders, waiting.pop()))) - used
        used |= called
        waiting += [f"components/{each}.html" for each in called]
    return used


def _styles(root: Path, folders: Sequence[Path], owners: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each style sheet that has a class of one of these, and which of them."""
    static = root / "static"
    classes = {_short(each): _classes(_text(folders, each)) for each in owners}
    kinds = [kind for each in owners for kind in KIND.findall(_text(folders, each))]
    classes[_short(owners[0])] |= set(kinds[:1])
    for path in sorted(static.glob("css/**/*.css")):
        name = str(path.relative_to(static))
        if name in FOR_ALL:
            yield shown(root, path), ()
        elif not name.startswith(NOT_FOR_ALL) and (
            users := [one for one, own in classes.items() if own & _selectors(path, path.stat().st_mtime_ns)]
        ):
            yield shown(root, path), tuple(users)


def _short(name: str) -> str:
    return name.removeprefix("components/").removesuffix(".html") if name.startswith("components/") else name


def _classes(text: str) -> set[str]:
    return set(TAG.sub(" ", " ".join(CLASSES.findall(KIND.sub(" ", text)))).split())


@lru_cache(512)
def _selectors(path: Path, changed_at: int) -> set[str]:
    return set(SELECTOR.findall(REMARK.sub("", path.read_text())))


def _strings(folders: Sequence[Path], owners: Iterable[str]) -> Iterator[str]:
    yield from dict.fromkeys(each for owner in owners for each in sentences(_text(folders, owner)))

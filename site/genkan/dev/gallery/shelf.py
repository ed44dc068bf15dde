"""What is there to be shown? Templates with their states and files, and what the quick checks found; always as the files are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from genkan.design import components, lint, states
from genkan.design.lint import Finding
from genkan.design.states import State
from genkan.web.render import Renderer

PATH: Final = "/dev/gallery"
LOOKED_AT: Final = (".html", ".txt", ".toml", ".css", ".js", ".po", ".svg")

Stamps = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One template. name: "pages/login"; address: where people find it, or ""; about: what it says of itself.

    files: from the root, the one to edit first; findings: in these files.
    """

    name: str
    address: str
    about: Sequence[str]
    files: tuple[str, ...]
    states: Sequence[State]
    findings: Sequence[Finding]

    @property
    def room(self) -> str:
        return self.name.partition("/")[0]

    @property
    def stem(self) -> str:
        return self.name.partition("/")[2]

    @property
    def url(self) -> str:
        return f"{PATH}/{self.name}"

    @property
    def is_mail(self) -> bool:
        return self.room == "emails"


def every(renderer: Renderer) -> list[Shown]:
    """Every template that has states, or should have. Raises StatesFault."""
    templates = renderer.root / "templates"
    known = states_of(renderer)
    on_disk = (str(path.relative_to(templates))[: -len(".html")] for path in _on_disk(templates))
    return [_shown(renderer.root, name, known.get(name, ())) for name in dict.fromkeys((*known, *on_disk))]


def one(renderer: Renderer, name: str) -> Shown | None:
    """Raises StatesFault."""
    return next((each for each in every(renderer) if each.name == name), None)


def state(renderer: Renderer, template: str, name: str) -> State | None:
    """Raises StatesFault."""
    return next((each for each in states_of(renderer).get(template, ()) if each.name == name), None)


def states_of(renderer: Renderer) -> Mapping[str, Sequence[State]]:
    """Raises StatesFault."""
    templates = renderer.root / "templates"
    return _states(templates, _stamps(templates.rglob("*.toml")))


def findings(root: Path) -> Sequence[Finding]:
    """What the quick checks found, by file and line."""
    watched = (each for folder in ("templates", "static") for each in (root / folder).rglob("*"))
    return _findings(root, _stamps(each for each in watched if each.suffix in LOOKED_AT))


def _shown(root: Path, name: str, known: Sequence[State]) -> Shown:
    endings = (".html", ".txt", states.SUFFIX)
    files = [f"templates/{name}{each}" for each in endings if (root / "templates" / f"{name}{each}").exists()]
    text = (root / files[0]).read_text()
    found = tuple(each for each in findings(root) if each.path in files)
    address = next((each.address for each in known), "") if name.startswith("pages/") else ""
    return Shown(name, address, components.about(text), tuple(files), known, found)


def _on_disk(templates: Path) -> Iterable[Path]:
    """Pages, errors, and mails: of these, what has a subject."""
    for room in states.ROOMS:
        for path in sorted((templates / room).glob("*.html")):
            text = path.with_suffix(".txt")
            if room != "emails" or (text.exists() and "{% block subject %}" in text.read_text()):
                yield path


def _stamps(paths: Iterable[Path]) -> Stamps:
    return tuple((str(path), path.stat().st_mtime_ns) for path in sorted(paths))


@lru_cache(2)
def _states(templates: Path, stamps: Stamps) -> Mapping[str, Sequence[State]]:
    return states.load(templates)


@lru_cache(2)
def _findings(root: Path, stamps: Stamps) -> Sequence[Finding]:
    return lint.findings(root)

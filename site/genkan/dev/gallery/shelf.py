"""What is there to be shown? Templates with their states and files, and what the quick checks found in these."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from genkan.design import components, states
from genkan.design.lint import Finding
from genkan.design.states import State
from genkan.dev.gallery import checks
from genkan.dev.gallery.checks import Stamps
from genkan.web.render import Renderer

PATH: Final = "/dev/gallery"


@dataclass(frozen=True, slots=True)
class Shown:
    """One template. name: "pages/login"; address: where people find it, or ""; about: what it says of itself.

    files: from the root, the one to edit first; findings: in these files, None while they are looked for.
    """

    name: str
    address: str
    about: Sequence[str]
    files: tuple[str, ...]
    states: Sequence[State]
    findings: Sequence[Finding] | None

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
    root = renderer.templates.root
    templates = root / "templates"
    known = states_of(renderer)
    on_disk = (str(path.relative_to(templates))[: -len(".html")] for path in _on_disk(templates))
    found = checks.found(root, renderer.settings.brand_dir)
    return [_shown(root, name, known.get(name, ()), found) for name in dict.fromkeys((*known, *on_disk))]


def one(renderer: Renderer, name: str) -> Shown | None:
    """Raises StatesFault."""
    return next((each for each in every(renderer) if each.name == name), None)


def state(renderer: Renderer, template: str, name: str) -> State | None:
    """Raises StatesFault."""
    return next((each for each in states_of(renderer).get(template, ()) if each.name == name), None)


def states_of(renderer: Renderer) -> Mapping[str, Sequence[State]]:
    """Raises StatesFault."""
    templates = renderer.templates.root / "templates"
    return _states(templates, checks.stamps(templates.rglob("*.toml")))


def findings_in(files: Container[str], found: Sequence[Finding] | None) -> Sequence[Finding] | None:
    return None if found is None else [each for each in found if each.path in files]


def _shown(root: Path, name: str, known: Sequence[State], found: Sequence[Finding] | None) -> Shown:
    endings = (".html", ".txt", states.SUFFIX)
    files = [f"templates/{name}{each}" for each in endings if (root / "templates" / f"{name}{each}").exists()]
    text = (root / files[0]).read_text()
    address = next((each.address for each in known), "") if name.startswith("pages/") else ""
    return Shown(name, address, components.about(text), tuple(files), known, findings_in(files, found))


def _on_disk(templates: Path) -> Iterable[Path]:
    """Pages, errors, and mails: of these, what has a subject."""
    for room in states.ROOMS:
        for path in sorted((templates / room).glob("*.html")):
            text = path.with_suffix(".txt")
            if room != "emails" or (text.exists() and "{% block subject %}" in text.read_text()):
                yield path


@lru_cache(2)
def _states(templates: Path, stamps: Stamps) -> Mapping[str, Sequence[State]]:
    return states.load(templates)

"""What is looked at? Every template, style sheet, catalog and file of states, each read once; those of a brand before ours."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import Environment, TemplateSyntaxError, nodes

from genkan.design import states
from genkan.design.lint import entries
from genkan.design.lint.entries import Entry
from genkan.design.lint.masked import Masked, masked
from genkan.design.states import State, StatesFault

ROOMS: Final = ("layouts", "pages", "components", "errors", "emails", "dev")
WITHOUT_JINJA: Final = "errors/500.html"  # it has to stand when templates do not
OURS: Final = "ours/"  # before the name of a template: the original, where a brand has a copy
Node = TypeVar("Node", bound=nodes.Node)
PARTS: Final = ("emails/parts.html", "emails/parts.txt")  # macros of mails


@dataclass(frozen=True, slots=True)
class Source:
    """A file. name: below its folder; shown: what findings call it; is_ours: not a brand's."""

    name: str
    shown: str
    text: str
    is_ours: bool

    def line_of(self, part: str) -> int:
        """The first line that has this in it; 1 where none has."""
        place = self.text.find(part)
        return self.text.count("\n", 0, max(place, 0)) + 1


@dataclass(frozen=True)
class Template(Source):
    """tree: as Jinja reads it, or None where it cannot; fault: then why."""

    tree: nodes.Template | None = None
    fault: TemplateSyntaxError | None = None

    @property
    def room(self) -> str:
        return self.name.partition("/")[0]

    @cached_property
    def html(self) -> Masked:
        return masked(self.text)

    def all(self, kind: type[Node]) -> list[Node]:
        """The nodes of a kind in its tree; none where it cannot be read."""
        return self._kinds.get(kind, [])  # type: ignore[return-value]

    @cached_property
    def _kinds(self) -> dict[type[nodes.Node], list[nodes.Node]]:
        found: dict[type[nodes.Node], list[nodes.Node]] = defaultdict(list)
        left: list[nodes.Node] = [self.tree] if self.tree else []
        while left:
            node = left.pop()
            found[type(node)].append(node)
            left.extend(reversed(list(node.iter_child_nodes())))
        return found


@dataclass(frozen=True)
class Tree:
    """templates: all there are, a brand's first; states: of each template, by its name without the suffix."""

    root: Path
    brand: Path | None
    templates: tuple[Template, ...]
    styles: tuple[Source, ...]
    catalogs: tuple[tuple[str, Source, tuple[Entry, ...]], ...]  # language, file, entries
    states: dict[str, list[State]] = field(default_factory=dict)
    common: dict[str, Any] = field(default_factory=dict)
    unreadable: str = ""  # why the states cannot be read

    @cached_property
    def by_name(self) -> dict[str, Template]:
        """What is rendered under each name."""
        return {each.name: each for each in reversed(self.templates)}

    @cached_property
    def ours(self) -> dict[str, Template]:
        return {each.name: each for each in self.templates if each.is_ours}

    @cached_property
    def pages(self) -> tuple[Template, ...]:
        """Those in HTML, the original of a copy too."""
        return tuple(each for each in self.templates if each.name.endswith(".html"))

    def get(self, name: str) -> Template | None:
        """What stands under a name; after "ours/" the original of a copy."""
        return self.ours.get(name.removeprefix(OURS)) if name.startswith(OURS) else self.by_name.get(name)

    def shown(self, name: str) -> str:
        found = self.get(name)
        return found.shown if found else f"templates/{name}"


def read(root: Path, brand: Path | None) -> Tree:
    folders = [*([(brand, False)] if brand else []), (root, True)]
    jinja = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
    templates = [each for folder, is_ours in folders for each in _templates(folder, root, jinja, is_ours=is_ours)]
    styles = [each for folder, is_ours in folders for each in _styles(folder, root, is_ours=is_ours)]
    catalogs = [each for folder, is_ours in folders for each in _catalogs(folder, root, is_ours=is_ours)]
    tree = (root, brand, tuple(templates), tuple(styles), tuple(catalogs))
    try:
        return Tree(*tree, states.load(root / "templates"), states.common(root / "templates"))
    except StatesFault as fault:
        return Tree(*tree, unreadable=str(fault))


def _templates(folder: Path, root: Path, jinja: Environment, *, is_ours: bool) -> Iterator[Template]:
    within = folder / "templates"
    for path in sorted([*within.rglob("*.html"), *within.rglob("*.txt")]):
        source = _source(path, within, root, is_ours=is_ours)
        if source.name.partition("/")[0] not in ROOMS:
            continue
        try:
            parsed, fault = jinja.parse(source.text), None
        except TemplateSyntaxError as error:
            parsed, fault = None, error
        yield Template(source.name, source.shown, source.text, is_ours, parsed, fault)


def _styles(folder: Path, root: Path, *, is_ours: bool) -> Iterator[Source]:
    within = folder / "static" / "css" if is_ours else folder / "css"
    for path in sorted(within.rglob("*.css")):
        yield _source(path, within, root, is_ours=is_ours)


def _catalogs(folder: Path, root: Path, *, is_ours: bool) -> Iterator[tuple[str, Source, tuple[Entry, ...]]]:
    within = folder / "templates" / "locale" if is_ours else folder / "locale"
    for path in sorted(within.glob("*/LC_MESSAGES/messages.po")):
        source = _source(path, within, root, is_ours=is_ours)
        yield path.parts[-3], source, entries.read(path)


def _source(path: Path, within: Path, root: Path, *, is_ours: bool) -> Source:
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return Source(path.relative_to(within).as_posix(), shown.as_posix(), path.read_text(), is_ours)

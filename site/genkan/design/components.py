"""Which components are there? Each macro of templates/components with what its comment says, its parameters, and who uses it."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, TemplateSyntaxError, nodes

COMMENT: Final = re.compile(r"\{#\s*(.*?)\s*#\}", re.DOTALL)
PART: Final = re.compile(r" (?=(?:Variables|Parameters|Blocks|Keep|What must stay|A page says)\b)")
BLOCK: Final = re.compile(r"\{% block (?P<name>[\w-]+) %\}\n?(?P<source>.*?)\n?\{% endblock %\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parameter:
    """default: as it would be written in a template, or None where it has to be given."""

    name: str
    default: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """name: of its block in templates/dev/components/COMPONENT.html; source: what a template says for it."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Component:
    """name: of the macro and its file; used_in: templates, by their path below templates/; takes_content: is used by {% call %}."""

    name: str
    about: list[str]
    parameters: tuple[Parameter, ...]
    takes_content: bool
    used_in: tuple[str, ...]
    examples: tuple[Example, ...]


def read(environment: Environment, templates: Path) -> list[Component]:
    """Every component, by name. Raises TemplateSyntaxError."""
    uses = dict(_uses(environment, templates))
    return [
        _component(environment, path, templates, uses) for path in sorted((templates / "components").glob("*.html"))
    ]


def about(source: str) -> list[str]:
    """What a template says of itself: the comment that it opens with; what it is, its variables, its blocks, …"""
    found = COMMENT.match(source)
    return PART.split(re.sub(r"\s+", " ", found[1])) if found else []


def used(tree: nodes.Template) -> set[str]:
    """The components that a template asks for: `ui.NAME`."""
    asked = tree.find_all(nodes.Getattr)
    return {each.attr for each in asked if isinstance(each.node, nodes.Name) and each.node.name == "ui"}


def examples(templates: Path, name: str) -> tuple[Example, ...]:
    path = templates / "dev" / "components" / f"{name}.html"
    text = path.read_text() if path.exists() else ""
    return tuple(Example(each["name"], each["source"]) for each in BLOCK.finditer(text))


def _component(environment: Environment, path: Path, templates: Path, uses: dict[str, set[str]]) -> Component:
    source = path.read_text()
    tree = environment.parse(source, path.name)
    macro = next(each for each in tree.find_all(nodes.Macro) if each.name == path.stem)
    return Component(
        name=path.stem,
        about=about(source),
        parameters=tuple(_parameters(macro)),
        takes_content=any(each.name == "caller" for each in macro.find_all(nodes.Name)),
        used_in=tuple(sorted(name for name, asked in uses.items() if path.stem in asked)),
        examples=examples(templates, path.stem),
    )


def _parameters(macro: nodes.Macro) -> Iterator[Parameter]:
    required = len(macro.args) - len(macro.defaults)
    for place, each in enumerate(macro.args):
        yield Parameter(each.name, _written(macro.defaults[place - required]) if place >= required else None)


def _written(default: nodes.Expr) -> str:
    """As it stands in the template, where it is a plain value."""
    if not isinstance(default, nodes.Const):
        return "…"
    return "none" if default.value is None else json.dumps(default.value, ensure_ascii=False)


def _uses(environment: Environment, templates: Path) -> Iterator[tuple[str, set[str]]]:
    """Of every template that can be read: who cannot is told of where it is shown."""
    for path in _templates(templates):
        try:
            yield str(path.relative_to(templates)), used(environment.parse(path.read_text(), path.name))
        except TemplateSyntaxError:
            continue


def _templates(templates: Path) -> Iterable[Path]:
    """All but the gallery's own."""
    own = templates / "dev" / "components"
    return [each for each in sorted(templates.rglob("*.html")) if own not in each.parents]

"""How is a template's error said in a sentence? What is meant, what it was probably to be, and what there is instead."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from genkan.web import files
from genkan.web.forms import Form
from genkan.web.templates import Components, NoBlock, Templates

NO_NAME: Final = re.compile(r"'(\w+)' is undefined")
NO_ATTRIBUTE: Final = re.compile(r"'(.+)' has no attribute '(\w+)'")
NOT_GIVEN: Final = re.compile(r"parameter '(\w+)' was not provided")
NOT_TAKEN: Final = re.compile(r"macro '(\w+)' takes (?:no keyword argument '(\w+)'|not more than (\d+))")
NO_FILTER: Final = re.compile(r"No (filter|test) named '(\w+)'")
NO_TAG: Final = re.compile(r"unknown tag '(\w+)'")
PARAMETERS: Final = re.compile(r"{%-?\s*macro\s+\w+\((.*?)\)\s*-?%}", re.DOTALL)
TAGS: Final = (
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "endfor",
    "block",
    "endblock",
    "extends",
    "macro",
    "endmacro",
    "set",
)


class Place(NamedTuple):
    """A line of a template. values: what it can name."""

    path: Path
    line: int
    values: Mapping[str, Any]


class Said(NamedTuple):
    """choices: what there is instead, under its heading."""

    sentence: str
    place: Place | None
    choices: tuple[str, tuple[str, ...]] | None = None


def said(error: Exception, places: Sequence[Place], templates: Templates) -> Said:
    """places: the lines of templates that the error came through, the innermost last."""
    at = places[-1] if places else None
    if isinstance(error, TemplateNotFound):
        return _not_there(str(error.name), at, templates)
    if isinstance(error, NoBlock):
        return Said(f"{error.template} has no block `{error.block}`, and that is what htmx asks for.", at, _blocks(at))
    if at is None:
        return Said(str(error), None)
    if isinstance(error, TemplateSyntaxError):
        return _unreadable(str(error.message), at, templates)
    if isinstance(error, UndefinedError):
        return _undefined(str(error), at, places, templates)
    if isinstance(error, TypeError) and (found := NOT_TAKEN.match(str(error))):
        return _not_taken(found, at, templates)
    if isinstance(error, KeyError):
        return Said(f'A sentence has a value `{error.args[0]}` that it is not given: _("…", {error.args[0]}=…).', at)
    return Said(f"{type(error).__name__}: {error}", at)


def names_of(value: Any) -> list[str]:
    """What can stand behind its dot."""
    if isinstance(value, Mapping):
        return [str(name) for name in value]
    if isinstance(value, Form):
        return [*value.fields, *(each.name for each in fields(value))]
    if is_dataclass(value):
        return [each.name for each in fields(value)]
    return [name for name in getattr(value, "_fields", dir(value)) if not name.startswith("_")]


def meant(wrong: str, names: Iterable[str]) -> str:
    """ " Did you mean …?" where a name is near."""
    near = difflib.get_close_matches(wrong, list(names), 1, 0.6)
    return f" Did you mean `{near[0]}`?" if near else ""


def _not_there(name: str, at: Place | None, templates: Templates) -> Said:
    folder, _, file = name.rpartition("/")
    there = [each for each in files.names(templates.folders) if each.startswith(f"{folder}/")]
    if folder == "components":
        stems = tuple(Path(each).stem for each in there)
        stem = file.removesuffix(".html")
        return Said(f"There is no component `{stem}`.{meant(stem, stems)}", at, ("Components", stems))
    all_there = tuple(there or files.names(templates.folders))
    return Said(f"There is no template `{name}`.{meant(name, all_there)}", at, ("Templates", all_there))


def _unreadable(text: str, at: Place, templates: Templates) -> Said:
    environment = next(iter(templates.environments.values()))
    hint = ""
    if found := NO_FILTER.match(text):
        hint = meant(found[2], environment.filters if found[1] == "filter" else environment.tests)
    elif found := NO_TAG.search(text):
        hint = meant(found[1], TAGS)
    return Said(f"{_short(at, templates)} cannot be read: {text.rstrip('.')}.{hint}", at)


def _undefined(text: str, at: Place, places: Sequence[Place], templates: Templates) -> Said:
    if found := NO_NAME.match(text):
        at = _named_at(found[1], places)
        return Said(f"`{found[1]}` is not a variable of {_short(at, templates)}.{meant(found[1], at.values)}", at)
    if found := NOT_GIVEN.match(text):
        caller = next((each for each in reversed(places) if each.path != at.path), at)
        return Said(f"{_called(at)} is called without its `{found[1]}`.", caller, _parameters(at.path))
    if found := NO_ATTRIBUTE.match(text):
        return _no_attribute(found[1], found[2], _named_at(found[2], places))
    return Said(text, at)


def _named_at(name: str, places: Sequence[Place]) -> Place:
    """Where the name stands: what is not there may be handed on, and be missed only further in."""
    return next((each for each in reversed(places) if re.search(rf"\b{name}\b", _line(each))), places[-1])


def _line(at: Place) -> str:
    return at.path.read_text().splitlines()[at.line - 1]


def _no_attribute(kind: str, name: str, at: Place) -> Said:
    if kind.endswith(f"{Components.__name__} object"):
        file = f"templates/components/{name}.html"
        return Said(f"{file} has no macro `{name}`: a component is the macro of its file's name.", at)
    owner, value = _owner(name, at)
    if kind == "None":
        return Said(f"`{owner}` is nothing here, so that it has no `{name}`. Ask first: {{% if {owner} %}}.", at)
    there = names_of(value) if value is not None else []
    return Said(f"`{owner}` has no `{name}`.{meant(name, there)}", at, ("It has", tuple(there)) if there else None)


def _owner(name: str, at: Place) -> tuple[str, Any]:
    """What stands before the dot in that line, and its value where that can be told."""
    found = re.search(rf"([A-Za-z_][\w.]*)\.{name}\b", _line(at))
    path = found[1] if found else "what stands before it"
    value: Any = at.values
    for each in path.split("."):
        value = value.get(each) if isinstance(value, Mapping) else getattr(value, each, None)
    return path, value


def _not_taken(found: re.Match[str], at: Place, templates: Templates) -> Said:
    path = files.found(templates.folders, f"components/{found[1]}.html")
    choices = _parameters(path) if path else None
    if found[2] is None:
        return Said(f"`{found[1]}` is given more than the {found[3]} it takes.", at, choices)
    return Said(f"`{found[1]}` takes no `{found[2]}`.{meant(found[2], choices[1] if choices else ())}", at, choices)


def _parameters(path: Path) -> tuple[str, tuple[str, ...]] | None:
    """Of the one macro of a component."""
    found = PARAMETERS.findall(path.read_text())
    return (
        ("It takes", tuple(each.strip() for each in found[0].split(",") if each.strip())) if len(found) == 1 else None
    )


def _blocks(at: Place | None) -> tuple[str, tuple[str, ...]] | None:
    return ("Blocks", tuple(files.BLOCK.findall(at.path.read_text()))) if at else None


def _called(at: Place) -> str:
    return f"`ui.{at.path.stem}`" if at.path.parent.name == "components" else f"A macro of {at.path.name}"


def _short(at: Place, templates: Templates) -> str:
    return next(
        (str(at.path.relative_to(each)) for each in templates.folders if at.path.is_relative_to(each)), str(at.path)
    )

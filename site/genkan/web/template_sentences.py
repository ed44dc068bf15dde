"""How is a template's error said in a sentence? What is meant, what it was probably to be, and what there is instead."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

from genkan.web import files
from genkan.web.blocks import NoBlock
from genkan.web.components import Components
from genkan.web.template_names import Choices, Place, blocks_of, meant, named_at, names_of, owner, parameters
from genkan.web.templates import Templates

NO_NAME: Final = re.compile(r"'(\w+)' is undefined")
NO_ATTRIBUTE: Final = re.compile(r"'(.+)' has no attribute '(\w+)'")
NOT_GIVEN: Final = re.compile(r"parameter '(\w+)' was not provided")
NOT_TAKEN: Final = re.compile(r"macro '(\w+)' takes (?:no keyword argument '(\w+)'|not more than (\d+))")
NO_FILTER: Final = re.compile(r"No (filter|test) named '(\w+)'")  # may be found out only when it is needed
NO_TAG: Final = re.compile(r"unknown tag '(\w+)'")
TAGS: Final = re.findall(
    r"\w+", "if elif else endif for endfor block endblock extends include import macro endmacro set"
)


class Said(NamedTuple):
    """choices: what there is instead, under its heading."""

    sentence: str
    place: Place | None
    choices: Choices | None = None


def said(error: Exception, places: Sequence[Place], templates: Templates) -> Said:
    """places: the lines of templates that the error came through, the innermost last."""
    at = places[-1] if places else None
    if isinstance(error, TemplateNotFound):
        return _not_there(str(error.name), at, templates)
    if isinstance(error, NoBlock):
        return Said(
            f"{error.template} has no block `{error.block}`, and that is what htmx asks for.", at, blocks_of(at)
        )
    if at is None:
        return Said(str(error), None)
    if found := NO_FILTER.match(str(error)):
        return _no_filter(found[1], found[2], at, templates)
    if isinstance(error, TemplateSyntaxError):
        return _unreadable(str(error.message), at, templates)
    if isinstance(error, UndefinedError):
        return _undefined(str(error), at, places, templates)
    if isinstance(error, TypeError) and (found := NOT_TAKEN.match(str(error))):
        return _not_taken(found, at, templates)
    if isinstance(error, KeyError):
        return Said(f'A sentence has a value `{error.args[0]}` that it is not given: _("…", {error.args[0]}=…).', at)
    return Said(f"{type(error).__name__}: {error}", at)


def _not_there(name: str, at: Place | None, templates: Templates) -> Said:
    folder, _, file = name.rpartition("/")
    there = [each for each in files.names(templates.folders) if each.startswith(f"{folder}/")]
    if folder == "components":
        stems = tuple(Path(each).stem for each in there)
        stem = file.removesuffix(".html")
        return Said(f"There is no component `{stem}`.{meant(stem, stems)}", at, ("Components", stems))
    all_there = tuple(there or files.names(templates.folders))
    return Said(f"There is no template `{name}`.{meant(name, all_there)}", at, ("Templates", all_there))


def _no_filter(kind: str, name: str, at: Place, templates: Templates) -> Said:
    environment = next(iter(templates.environments.values()))
    there = environment.filters if kind == "filter" else environment.tests
    return Said(f"There is no {kind} `{name}`.{meant(name, there)}", at)


def _unreadable(text: str, at: Place, templates: Templates) -> Said:
    found = NO_TAG.search(text)
    hint = meant(found[1], TAGS) if found else ""
    return Said(f"{_short(at, templates)} cannot be read: {text.rstrip('.')}.{hint}", at)


def _undefined(text: str, at: Place, places: Sequence[Place], templates: Templates) -> Said:
    if found := NO_NAME.match(text):
        at = named_at(found[1], places)
        return Said(f"`{found[1]}` is not a variable of {_short(at, templates)}.{meant(found[1], at.values)}", at)
    if found := NOT_GIVEN.match(text):
        caller = next((each for each in reversed(places) if each.path != at.path), at)
        return Said(f"{_called(at)} is called without its `{found[1]}`.", caller, parameters(at.path))
    if found := NO_ATTRIBUTE.match(text):
        return _no_attribute(found[1], found[2], named_at(found[2], places))
    return Said(text, at)


def _no_attribute(kind: str, name: str, at: Place) -> Said:
    if kind.endswith(f"{Components.__name__} object"):
        file = f"templates/components/{name}.html"
        return Said(f"{file} has no macro `{name}`: a component is the macro of its file's name.", at)
    stem, value = owner(name, at)
    if kind == "None":
        return Said(f"`{stem}` is nothing here, so that it has no `{name}`. Ask first: {{% if {stem} %}}.", at)
    there = names_of(value) if value is not None else []
    return Said(f"`{stem}` has no `{name}`.{meant(name, there)}", at, ("It has", tuple(there)) if there else None)


def _not_taken(found: re.Match[str], at: Place, templates: Templates) -> Said:
    path = files.found(templates.folders, f"components/{found[1]}.html")
    choices = parameters(path) if path else None
    if found[2] is None:
        return Said(f"`{found[1]}` is given more than the {found[3]} it takes.", at, choices)
    names = [each.partition("=")[0] for each in choices[1]] if choices else []
    return Said(f"`{found[1]}` takes no `{found[2]}`.{meant(found[2], names)}", at, choices)


def _called(at: Place) -> str:
    return f"`ui.{at.path.stem}`" if at.path.parent.name == "components" else f"A macro of {at.path.name}"


def _short(at: Place, templates: Templates) -> str:
    return next(
        (str(at.path.relative_to(each)) for each in templates.folders if at.path.is_relative_to(each)), str(at.path)
    )

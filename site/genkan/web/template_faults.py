"""Where is a template wrong? An error that came out of one, as a designer can act on it: a sentence, the line, the names there are."""

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.defaults import DEFAULT_NAMESPACE

from genkan.errors import Message
from genkan.web import files, template_sentences
from genkan.web.blocks import NoBlock
from genkan.web.template_names import Place, names_of
from genkan.web.templates import Templates

AROUND: Final = 4  # lines above and below the one that is marked
LONGEST: Final = 48  # characters of a value
SECRET: Final = re.compile(r"secret|password|token|code|cookie|key|link|session|ticket", re.IGNORECASE)
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{24,}")
GETTEXT: Final = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
ALWAYS_THERE: Final = GETTEXT | {
    "ui",
    "say",
    "day",
    "moment",
    "ago",
    "asset",
    "direction",
    "start_side",
    "end_side",
    "caller",
    *DEFAULT_NAMESPACE,
}


class Line(NamedTuple):
    number: int
    text: str
    is_marked: bool


class Variable(NamedTuple):
    name: str
    kind: str
    example: str


@dataclass(frozen=True, slots=True)
class Fault:
    """sentence: what is wrong; file, lines: where; way: the templates that led there, the outermost first;
    variables: what that place can name; choices: what there is instead, under its heading, as ("Components", names)."""

    sentence: str
    file: str
    lines: tuple[Line, ...]
    way: tuple[str, ...]
    variables: tuple[Variable, ...]
    choices: tuple[str, tuple[str, ...]] | None
    trace: str


def found(error: Exception, templates: Templates) -> Fault | None:
    """What the error says of a template; None where it came from elsewhere."""
    places = _places(error, templates)
    if not places and not isinstance(error, TemplateError):
        return None
    said = template_sentences.said(error, places, templates)
    at = said.place
    return Fault(
        sentence=said.sentence,
        file=files.shown(templates.root, at.path) if at else "",
        lines=_lines(at) if at else (),
        way=tuple(f"{files.shown(templates.root, each.path)}, line {each.line}" for each in _before(at, places)),
        variables=_variables(at.values) if at else (),
        choices=said.choices,
        trace="".join(traceback.format_exception(error)),
    )


def _places(error: Exception, templates: Templates) -> list[Place]:
    """The lines of templates that the error came through, the innermost last. Jinja puts its own frames in place of ours."""
    places = [
        Place(Path(frame.f_code.co_filename), line, frame.f_locals)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if "__jinja_exception__" in frame.f_globals
    ]
    if isinstance(error, TemplateSyntaxError):
        values = places[-1].values if places else {}
        wrong = Place(Path(error.filename or ""), error.lineno, values)
        return [each for each in places if (each.path, each.line) != (wrong.path, wrong.line)] + [wrong]
    if isinstance(error, NoBlock | TemplateNotFound) and not places:
        path = files.found(templates.folders, error.template if isinstance(error, NoBlock) else "")
        return [Place(path, 1, {})] if path else []
    return places


def _before(at: Place | None, places: list[Place]) -> list[Place]:
    """Those that led there; not those that it led to."""
    return [each for each in places[: places.index(at)] if each.path != at.path] if at in places else []


def _lines(at: Place) -> tuple[Line, ...]:
    texts = at.path.read_text().splitlines()
    first, last = max(1, at.line - AROUND), min(len(texts), at.line + AROUND)
    return tuple(Line(number, texts[number - 1], number == at.line) for number in range(first, last + 1))


def _variables(values: Mapping[str, Any]) -> tuple[Variable, ...]:
    return tuple(
        Variable(name, *_described(name, value))
        for name, value in sorted(values.items())
        if name not in ALWAYS_THERE and not callable(value)
    )


def _described(name: str, value: Any) -> tuple[str, str]:
    """Its kind, and what it is here: of things with names only the names, and nothing that nobody else may know."""
    if value is None:
        return "nothing", ""
    if isinstance(value, bool):
        return "yes or no", "yes" if value else "no"
    if SECRET.search(name):
        return "text" if isinstance(value, str) else type(value).__name__, "(not shown)"
    if isinstance(value, int | float):
        return "number", str(value)
    if isinstance(value, Message):
        return "message", _short(value.text)
    if isinstance(value, str):
        return "text", _short(value)
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return f"list of {len(value)}", f"each with {', '.join(names_of(value[0]))}" if value else ""
    return type(value).__name__.lower(), f"with {', '.join(names_of(value))}"


def _short(text: str) -> str:
    shown = TOKEN.sub("(not shown)", text)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"

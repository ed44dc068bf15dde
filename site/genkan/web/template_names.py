"""Which names does a place in a template know, and which of them was meant?"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from genkan.web import files
from genkan.web.forms import Form

PARAMETERS: Final = re.compile(r"{%-?\s*macro\s+\w+\((.*?)\)\s*-?%}", re.DOTALL)
Choices = tuple[str, tuple[str, ...]]  # a heading, and what there is


class Place(NamedTuple):
    """A line of a template. values: what it can name."""

    path: Path
    line: int
    values: Mapping[str, Any]


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


def named_at(name: str, places: Sequence[Place]) -> Place:
    """Where the name stands: what is not there may be handed on, and be missed only further in."""
    return next((each for each in reversed(places) if re.search(rf"\b{name}\b", _line(each))), places[-1])


def _line(at: Place) -> str:
    return at.path.read_text().splitlines()[at.line - 1]


def owner(name: str, at: Place) -> tuple[str, Any]:
    """What stands before the dot in that line, and its value where that can be told."""
    found = re.search(rf"([A-Za-z_][\w.\[\]]*)\.{name}\b", _line(at))
    path = found[1] if found else "what stands before it"
    value: Any = at.values
    for each in re.findall(r"\w+", path):
        value = _behind(value, each)
    return path, value


def _behind(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(name)
    if name.isdigit():
        return value[int(name)] if isinstance(value, Sequence) and int(name) < len(value) else None
    return getattr(value, name, None)


def parameters(path: Path) -> Choices | None:
    """Of the one macro of a component."""
    found = PARAMETERS.findall(path.read_text())
    return (
        ("It takes", tuple(each.strip() for each in found[0].split(",") if each.strip())) if len(found) == 1 else None
    )


def blocks_of(at: Place | None) -> Choices | None:
    return ("Blocks", tuple(files.BLOCK.findall(at.path.read_text()))) if at else None

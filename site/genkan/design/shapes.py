"""What does a template know? The names of its context and the kind of each, so that real pages can be held against the states."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final

from genkan.errors import Message
from genkan.web.forms import Form

Shape = set[tuple[str, str]]  # ("form.username.error", "message")
# Whose keys are data, not names.
NAMED_BY_DATA: Final = frozenset({"choices", "sections", "sections[][].details", "sections[][].before"})


def shape(context: Mapping[str, Any]) -> Shape:
    """Every name of a context, and whether it is nothing, a text, a number, yes or no, a message, or a list, empty or not."""
    return set(_of(context, ""))


def _of(value: Any, path: str) -> Iterator[tuple[str, str]]:
    names = _named(value)
    if names is not None:
        for name, each in names.items():
            yield from _of(each, f"{path}[]" if path in NAMED_BY_DATA else f"{path}.{name}".lstrip("."))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield path, "list" if value else "empty list"
        for each in value:
            yield from _of(each, f"{path}[]")
    else:
        yield path, _kind(value)


def _named(value: Any) -> Mapping[str, Any] | None:
    """The names of what has some: a table, a form, a row of ours."""
    if isinstance(value, Message):
        return None
    if isinstance(value, Form):
        return {"id": value.id, "problems": value.problems, **value.fields}
    if isinstance(value, Mapping):
        return value
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return dict(value._asdict())
    return None


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "number"
    return "message" if isinstance(value, Message) else "text"

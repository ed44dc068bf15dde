"""What does a value of a file of states stand for? A form, what an error says, a notice, a message, or only itself."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from genkan import errors
from genkan.errors import GenkanError, Invalid, Message, Passing, Refused
from genkan.web.forms import Field, Form
from genkan.web.notices import NOTICES, Notice

FORM: Final = ("id", "fields", "typed", "refused")
FIELD: Final = ("id", "name")


class StatesFault(Exception):
    """A file of states cannot be read; says which, where, and why."""


class Table(dict[str, Any]):
    """Names and their values; what they are is kept by, as with the rows of real pages (SAME_FOR_ALL of web/templates.py)."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a value stands in, to say where a fault is."""

    path: Path
    text: str

    def fault(self, word: str, said: str) -> StatesFault:
        """word: what is wrong; its first line is named."""
        lines = self.text.splitlines()
        line = next((number for number, each in enumerate(lines, 1) if word in each), None)
        return StatesFault(f"{self.path}:{line}: {said}" if line else f"{self.path}: {said}")

    def only(self, table: Mapping[str, Any], known: Iterable[str], what: str) -> None:
        """Raises StatesFault for a key that nobody reads."""
        for name in table:
            if name not in known:
                raise self.fault(name, f"{what} has no “{name}”; it has: {', '.join(known)}")


def made(value: Any, source: Source) -> Any:
    """What a template is given for what stands in the file."""
    if isinstance(value, list):
        return tuple(made(each, source) for each in value)
    if not isinstance(value, dict):
        return value
    values = {name: each for name, each in value.items() if name != "none"}
    for name, make in SPECIAL.items():
        if name in values:
            return make(values, source)
    table = {name: made(each, source) for name, each in values.items()}
    return Table(table | dict.fromkeys(value.get("none", ())))


def is_whole(table: Mapping[str, Any]) -> bool:
    """Whether it is one thing, that takes the place of another and does not grow together with it."""
    return any(name in table for name in ("error", "left", "text"))


def _form(table: dict[str, Any], source: Source) -> Form:
    source.only(table, FORM, "A form")
    fields = {name: _field(name, each, source) for name, each in table["fields"].items()}
    typed = table.get("typed", {})
    source.only(typed, fields, "The form")
    form = Form(table.get("id", "form"), fields).filled(typed)
    refused = [_error(each if isinstance(each, dict) else {"error": each}, source) for each in table.get("refused", ())]
    if len(refused) < 2:
        return form.refused(refused[0]) if refused else form
    return form.refused(Refused(*(_of_a_field(each, source) for each in refused)))


def _field(name: str, value: Any, source: Source) -> Field:
    if isinstance(value, str):
        return Field(id=value, name=name)
    source.only(value, FIELD, "A field")
    return Field(id=value.get("id", name), name=value.get("name", name))


def _of_a_field(error: GenkanError, source: Source) -> Invalid:
    if not isinstance(error, Invalid):
        name = type(error).__name__
        raise source.fault(name, f"{name} belongs to no field: it comes alone")
    return error


def _error(table: dict[str, Any], source: Source) -> GenkanError:
    values = dict(table)
    name = values.pop("error")
    if name not in ERRORS:
        raise source.fault(name, f"There is no error “{name}” in errors.py{_meant(name, ERRORS)}")
    if issubclass(ERRORS[name], Passing) and "seconds" not in values:
        raise source.fault(name, f"{name} needs seconds: when it is worth trying again")
    error: GenkanError = ERRORS[name](**values)
    _complete(error.message, source)
    return error


def _said_by_error(table: dict[str, Any], source: Source) -> Message:
    return _error(table, source).message


def _notice(table: dict[str, Any], source: Source) -> Notice:
    values = dict(table)
    name = values.pop("left")
    if name not in NOTICES:
        raise source.fault(name, f"There is no notice “{name}” in web/notices.py{_meant(name, NOTICES)}")
    kind, status, text = NOTICES[name]
    return Notice(kind=kind, message=_complete(Message(text, values), source), status=status)


def _message(table: dict[str, Any], source: Source) -> Message:
    values = dict(table)
    return _complete(Message(values.pop("text"), values), source)


def _complete(message: Message, source: Source) -> Message:
    """Raises StatesFault where the sentence has a gap for a value that is not given."""
    try:
        message.text % dict(message.values)
    except KeyError as missing:
        raise source.fault(message.text, f"“{message.text}” needs {missing.args[0]}") from None
    return message


def _meant(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"; is {near[0]} meant?" if near else ""


def _named_errors() -> dict[str, Any]:
    """The errors that say something, by name."""
    found = {name: each for name, each in vars(errors).items() if isinstance(each, type)}
    return {name: each for name, each in found.items() if issubclass(each, GenkanError) and each.text}


ERRORS: Final = _named_errors()
SPECIAL: Final[Mapping[str, Callable[[dict[str, Any], Source], Any]]] = {
    "fields": _form,
    "error": _said_by_error,
    "left": _notice,
    "text": _message,
}

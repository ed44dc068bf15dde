"""In which states can a page or a mail be? Read from the small file beside each template: NAME.states.toml.

A state is the context that its template needs. In those files

- `[all]` stands in every state, `[states.NAME]` adds to it; `about` says in a sentence when it happens, `part` names the
  block where the state is not a whole page;
- `none = ["person"]` names what is there and empty, since TOML has no word for it;
- `"@people.hanako"` is the table `people.hanako` of templates/states.toml, which all files share;
- a table with `fields` is a form, with `typed` what was typed into it, and with `refused` the errors that it was refused with;
- a table with `error` is what an error of errors.py says, with its values;
- a table with `left` is a notice of web/notices.py, with its values;
- a table with `text` is a message.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from genkan import errors
from genkan.errors import GenkanError, Invalid, Message, Refused
from genkan.web import forms, notices
from genkan.web.forms import Form
from genkan.web.notices import Notice

SUFFIX: Final = ".states.toml"
SHARED: Final = "states.toml"
ROOMS: Final = ("pages", "errors", "emails")  # of templates/, in which each template has its states


class StatesFault(Exception):
    """A file of states cannot be read; says which, where, and why."""


@dataclass(frozen=True, slots=True)
class State:
    """template: "pages/login"; name: "wrong-password"; context: what the template is given beside what every page has.

    address: where the page is found; about: when it happens; part: the block that is shown, or None for all of it.
    """

    template: str
    name: str
    address: str
    about: str
    part: str | None
    context: Mapping[str, Any]


def load(templates: Path) -> dict[str, list[State]]:
    """The states of every template, by its name without the suffix. Raises StatesFault."""
    shared = _read(templates / SHARED)
    found = {}
    for path in files(templates):
        name = str(path.relative_to(templates)).removesuffix(SUFFIX)
        found[name] = list(_states(name, path, shared))
    return found


def common(templates: Path) -> dict[str, Any]:
    """What every page has, beside what its state says."""
    shared = _read(templates / SHARED)
    made: dict[str, Any] = _made(shared["common"], shared, templates / SHARED)
    return made


def files(templates: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((templates / room).glob(f"*{SUFFIX}"))


def _states(template: str, path: Path, shared: Mapping[str, Any]) -> Iterator[State]:
    read = _read(path)
    for name, own in read.get("states", {}).items():
        merged = _merged(read.get("all", {}), own)
        about, part = merged.pop("about", ""), merged.pop("part", None)
        yield State(
            template=template,
            name=name,
            address=read.get("address", "/"),
            about=about,
            part=part,
            context=_made(merged, shared, path),
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise StatesFault(f"{path}: {error}") from None


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables grow together; anything else is replaced. What one of them says to be none, the other may fill."""
    merged = dict(below)
    for name, value in above.items():
        before = merged.get(name)
        is_both = isinstance(value, dict) and isinstance(before, dict) and "left" not in value and "error" not in value
        merged[name] = _merged(before, value) if is_both else value  # type: ignore[arg-type]
    none = [name for name in below.get("none", ()) if name not in above]
    merged["none"] = [*none, *above.get("none", ())]
    return {name: value for name, value in merged.items() if name == "none" or name not in above.get("none", ())}


def _made(value: Any, shared: Mapping[str, Any], path: Path) -> Any:
    """What a template is given for what stands in the file."""
    if isinstance(value, str) and value.startswith("@"):
        return _made(_named(value, shared, path), shared, path)
    if isinstance(value, list):
        return tuple(_made(each, shared, path) for each in value)
    if not isinstance(value, dict):
        return value
    try:
        special = _special(value)
    except (AttributeError, KeyError, TypeError) as fault:
        raise StatesFault(f"{path}: {fault}") from None
    if special is not None:
        return special
    table = {name: _made(each, shared, path) for name, each in value.items() if name != "none"}
    return table | dict.fromkeys(value.get("none", ()))


def _named(reference: str, shared: Mapping[str, Any], path: Path) -> Any:
    found: Any = shared
    for name in reference[1:].split("."):
        if not isinstance(found, dict) or name not in found:
            raise StatesFault(f"{path}: there is no {reference} in {SHARED}")
        found = found[name]
    return found


def _special(table: Mapping[str, Any]) -> Any:
    """What a table stands for by one of its names; None where it is a table and no more."""
    values = {name: value for name, value in table.items() if name != "none"}
    if "fields" in table:
        return _form(**values)
    if "error" in table:
        return _error(**values).message
    if "left" in table:
        return _notice(**values)
    if "text" in table:
        return Message(values.pop("text"), values)
    return None


def _form(
    id: str, fields: dict[str, str], typed: Mapping[str, str] | None = None, refused: tuple[Any, ...] = ()
) -> Form:
    form = forms.blank(id, **fields).filled(typed or {})
    named = [_error(**each) if isinstance(each, dict) else _error(each) for each in refused]
    if not named:
        return form
    fields_too = [each for each in named if isinstance(each, Invalid)]
    return form.refused(Refused(*fields_too) if len(fields_too) > 1 else named[0])


def _error(error: str, **values: Any) -> GenkanError:
    made: GenkanError = getattr(errors, error)(**values)
    return made


def _notice(left: str, **values: Any) -> Notice:
    kind, status, text = notices.NOTICES[left]
    return Notice(kind=kind, message=Message(text, values), status=status)

"""In which states can a page or a mail be? Read from the small file beside each template: NAME.states.toml.

A state is the context that its template needs. In those files

- `address` is where the page is found; `[all]` stands in every state, `[states.NAME]` adds to it; `like` names another
  state that it adds to instead; `about` says in a sentence when it happens; `part` names the block where the state is
  not a whole page;
- tables grow together, `person.name = "Ai"` changes one name of what was there; anything else takes its place;
- `none = ["person"]` names what is there and empty, since TOML has no word for it;
- `"@people.hanako"` is the table `people.hanako` of templates/states.toml, which all files share; { like = "@people.hanako",
  name = "Ai" } is the same but for one name;
- a table with `fields` is a form: each field by its name with its id, or with { id, name } where the name differs; `typed` is
  what was typed into it, and `refused` lists the errors that it was refused with: "NAME" or { error = "NAME", values };
- a table with `error` is what an error of errors.py says, with its values;
- a table with `left` is a notice of web/notices.py, with its values;
- a table with `text` is a message, with its values.

A mail's state has `details`, what its row of the outbox holds; `path`, of its link, and `code`: "" for none.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from genkan.design import values
from genkan.design.values import Source, StatesFault

__all__ = ["ROOMS", "SHARED", "SUFFIX", "State", "StatesFault", "common", "files", "load"]

SUFFIX: Final = ".states.toml"
SHARED: Final = "states.toml"
ROOMS: Final = ("pages", "errors", "emails")  # of templates/, in which each template has its states
KEYS: Final = ("address", "all", "states")  # of a file


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
    shared = _shared(templates)
    found = {}
    for path in files(templates):
        name = str(path.relative_to(templates)).removesuffix(SUFFIX)
        found[name] = list(_states(name, path, shared))
    return found


def common(templates: Path) -> dict[str, Any]:
    """What every page has, beside what its state says."""
    read, source = _read(templates / SHARED)
    made: dict[str, Any] = values.made(_resolved(read.get("common", {}), read, source), source)
    return made


def files(templates: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((templates / room).glob(f"*{SUFFIX}"))


def _states(template: str, path: Path, shared: Mapping[str, Any]) -> Iterator[State]:
    raw, source = _read(path)
    source.only(raw, KEYS, "A file of states")
    read = _resolved(raw, shared, source)
    for name, own in read.get("states", {}).items():
        merged = _grown(name, read, source)
        merged.pop("about", None)
        part = merged.pop("part", None)
        context = values.made(merged, source)
        yield State(template, name, read.get("address", "/"), own.get("about", ""), part, context)


def _read(path: Path) -> tuple[dict[str, Any], Source]:
    try:
        text = path.read_text()
        return tomllib.loads(text), Source(path, text)
    except (OSError, ValueError) as error:
        raise StatesFault(f"{path}: {error}") from None


def _shared(templates: Path) -> dict[str, Any]:
    read, source = _read(templates / SHARED)
    shared: dict[str, Any] = _resolved(read, read, source)
    return shared


def _grown(name: str, read: Mapping[str, Any], source: Source, *above: str) -> dict[str, Any]:
    """What stands in a state, and below it in those that it is like, and in all."""
    states = read["states"]
    if name not in states:
        raise source.fault(f'"{name}"', f"There is no state “{name}” for another to be like")
    if name in above:
        raise source.fault(f"states.{name}]", f"The state “{name}” is like itself")
    own = dict(states[name])
    like = own.pop("like", None)
    return _merged(_grown(like, read, source, name, *above) if like else read.get("all", {}), own)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables grow together; anything else is replaced. What one of them says to be none, the other may fill."""
    merged = dict(below)
    for name, value in above.items():
        before = merged.get(name)
        is_both = isinstance(value, dict) and isinstance(before, dict) and not values.is_whole(value)
        merged[name] = _merged(before, value) if is_both else value  # type: ignore[arg-type]
    none = [name for name in below.get("none", ()) if name not in above]
    emptied = above.get("none", ())
    kept = {name: value for name, value in merged.items() if name != "none" and name not in emptied}
    return kept | ({"none": [*none, *emptied]} if none or emptied else {})


def _resolved(value: Any, shared: Mapping[str, Any], source: Source, *within: str) -> Any:
    """With what the references stand for in their place. within: those that this is part of."""
    if isinstance(value, str) and value.startswith("@"):
        if value in within:
            raise source.fault(value, f"{value} stands for itself")
        return _resolved(_named(value, shared, source), shared, source, value, *within)
    if isinstance(value, list):
        return [_resolved(each, shared, source, *within) for each in value]
    if not isinstance(value, dict):
        return value
    table = {name: _resolved(each, shared, source, *within) for name, each in value.items()}
    return _merged(table.pop("like"), table) if isinstance(table.get("like"), dict) else table


def _named(reference: str, shared: Mapping[str, Any], source: Source) -> Any:
    found: Any = shared
    for name in reference[1:].split("."):
        if not isinstance(found, dict) or name not in found:
            raise source.fault(reference, f"There is no {reference} in {SHARED}")
        found = found[name]
    return found

"""What is known of a value? The names it has and what its elements are, of all states together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from genkan.design import shapes

OF_MESSAGES: Final = ("text", "values")
OF_TABLES: Final = frozenset({"items", "keys", "values", "get"})


@dataclass(slots=True)
class Known:
    """kinds: as in shapes.py; names: what it has; each: what is in it. None stands where nothing is known of a value."""

    kinds: set[str] = field(default_factory=set)
    names: dict[str, "Known | None"] = field(default_factory=dict)
    each: "Known | None" = None

    def has(self, name: str) -> bool:
        """Whether any state has this name here; also where none has a value that could have one."""
        if self.names:
            return name in self.names or name in OF_TABLES
        if not self.kinds - {"nothing", "empty list"} or (self.each is not None and name in OF_TABLES):
            return True
        return ("text" in self.kinds and hasattr("", name)) or ("message" in self.kinds and name in OF_MESSAGES)

    def step(self, name: str) -> "Known":
        """The part of this name, made where there is none."""
        found = self.names.get(name)
        if found is None:
            found = self.names[name] = Known()
        return found


TEXT: Final = Known({"text"})


def of(contexts: Iterable[Mapping[str, Any]]) -> Known:
    """What all of these have together."""
    root = Known()
    for context in contexts:
        for path, kind in shapes.shape(context):
            here = root
            for part in path.split("."):
                name, *lists = part.split("[]")
                here = here.step(name) if name else here
                for _ in lists:
                    here.each = here.each or Known()
                    here = here.each
            here.kinds.add(kind)
    return root


def both(first: Known | None, second: Known | None) -> Known | None:
    """What either may be; nothing is known where nothing is known of one."""
    if first is None or second is None:
        return None
    if first is second:
        return first
    names = {name: _either(first, second, name) for name in first.names | second.names}
    each = both(first.each, second.each) if first.each and second.each else first.each or second.each
    return Known(first.kinds | second.kinds, names, each)


def _either(first: Known, second: Known, name: str) -> Known | None:
    if name in first.names and name in second.names:
        return both(first.names[name], second.names[name])
    return first.names[name] if name in first.names else second.names[name]

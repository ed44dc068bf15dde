"""What does a catalog hold? Its sentences and their translations, each with its line."""

from dataclasses import dataclass
from pathlib import Path

from babel.messages.pofile import read_po


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence of a catalog, and its translation; "" for none."""

    text: str
    translated: str
    line: int


def read(path: Path) -> tuple[Entry, ...]:
    with path.open("rb") as file:
        return tuple(Entry(str(each.id), str(each.string), each.lineno or 1) for each in read_po(file) if each.id)

"""What does the site say, in which languages, and where? Every sentence of templates and code, with its translations side by side."""

import ast
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2.ext import babel_extract

MUCH_LONGER: Final = 1.5  # times as wide as the English
MORE: Final = 4  # letters, below which no layout cares
WIDE: Final = "WF"  # letters that take the room of two (Unicode Standard Annex #11)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in one language. text: "" where it is missing."""

    code: str
    text: str
    is_much_longer: bool

    @property
    def is_missing(self) -> bool:
        return not self.text


@dataclass(frozen=True, slots=True)
class Sentence:
    """english: as it stands in the template; files: that use it, from the root; said: in every other language."""

    english: str
    files: tuple[str, ...]
    said: tuple[Said, ...]


def read(root: Path, catalogs: Mapping[str, Mapping[str, str]]) -> list[Sentence]:
    """Every sentence, in the order of the alphabet. catalogs: English → translation, by language; English itself left out."""
    files = _in_templates(root)
    in_code = _in_code(root)
    for english in {each for catalog in catalogs.values() for each in catalog} & in_code.keys():
        files[english] |= in_code[english]
    known = files.keys() | {each for catalog in catalogs.values() for each in catalog}
    return [_sentence(each, files.get(each, ()), catalogs) for each in sorted(known, key=str.casefold)]


def width(text: str) -> int:
    """How much room it takes, in narrow letters."""
    return sum(2 if unicodedata.east_asian_width(letter) in WIDE else 1 for letter in text)


def _sentence(english: str, files: Iterable[str], catalogs: Mapping[str, Mapping[str, str]]) -> Sentence:
    said = (_said(english, code, catalog.get(english, "")) for code, catalog in catalogs.items())
    return Sentence(english, tuple(sorted(files)), tuple(said))


def _said(english: str, code: str, text: str) -> Said:
    before, after = width(english), width(text)
    return Said(code, text, after > MUCH_LONGER * before and after - before >= MORE)


def _in_templates(root: Path) -> defaultdict[str, set[str]]:
    found = defaultdict[str, set[str]](set)
    for path in sorted((root / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            for english in _asked(path):
                found[english].add(str(path.relative_to(root)))
    return found


def _asked(path: Path) -> Iterator[str]:
    """What a template puts into `_("…")`; nothing of one that cannot be read."""
    with path.open("rb") as file:
        for _, _, message, _ in babel_extract(file, ("_",), [], {}):
            text = message[0] if isinstance(message, tuple) else message
            if text is not None:
                yield text


def _in_code(root: Path) -> dict[str, set[str]]:
    """Every text that stands in Python: errors and notices are said in the reader's language, too."""
    found = defaultdict[str, set[str]](set)
    for path in sorted((root / "site").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found[node.value].add(str(path.relative_to(root)))
    return found

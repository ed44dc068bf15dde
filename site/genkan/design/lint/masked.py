"""Where do the tags of a template stand? Its HTML with Jinja blanked out, each place kept; an expression leaves a mark of its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

FILLER: Final = "\x01"  # what an expression leaves, a character for a character
KIND: Final = re.compile(r"{%-?\s*block kind\s*-?%}(.*?){%-?\s*endblock[^%]*%}", re.DOTALL)
EXPRESSION: Final = re.compile(r"{{.*?}}", re.DOTALL)
STATEMENT: Final = re.compile(r"{#.*?#}|{%.*?%}", re.DOTALL)
CHARACTER: Final = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag as it is written. start: where it begins; line: of its first character."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    line: int
    text: str

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.attributes if key == name), None)

    def line_of(self, name: str) -> int:
        """Where one of its attributes stands."""
        found = re.search(rf"\s{re.escape(name)}(?![\w-])", self.text)
        return self.line + (self.text.count("\n", 0, found.start() + 1) if found else 0)


@dataclass(frozen=True, slots=True)
class Masked:
    """text: the source, blanked; kinds: of page, that its block `kind` names; said: what stands between tags, by line."""

    text: str
    kinds: tuple[str, ...]
    tags: tuple[Tag, ...]
    said: tuple[tuple[int, str], ...]


def masked(source: str) -> Masked:
    kinds = tuple(word for found in KIND.finditer(source) for word in found[1].split())
    text = blanked(KIND.sub(lambda found: _spaces(found[0]), source))
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return Masked(text, kinds, tuple(reader.tags), tuple(reader.said))


def blanked(source: str) -> str:
    return STATEMENT.sub(lambda found: _spaces(found[0]), EXPRESSION.sub(_filled, source))


def _filled(found: re.Match[str]) -> str:
    return CHARACTER.sub(FILLER, found[0])


def _spaces(text: str) -> str:
    return CHARACTER.sub(" ", text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[Tag] = []
        self.said: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        read = tuple((name, value or "") for name, value in attrs)
        self.tags.append(Tag(tag, read, self.getpos()[0], self.get_starttag_text() or ""))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.said.extend(_lines(self.getpos()[0], data))


def _lines(first: int, text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), first):
        if line.strip():
            yield number, line

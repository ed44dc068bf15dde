"""What stands in a page, once it is rendered? Its elements, each with the places in the templates that it came from."""

from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

MARK: Final = "data-at"  # the attribute that says where an element stands: file:line:character
CALL: Final = "@"  # the comment before what a component made says where it is called: @file:line:character
END: Final = "/@"
VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)

Place = tuple[str, int, int]  # template, line, character


@dataclass(slots=True)
class Element:
    """places: where it stands, then where the component is called that it stands in, and so on outward.

    order: all elements of the page; begin, end: which of them are inside.
    """

    tag: str
    attributes: dict[str, str]
    places: tuple[Place, ...]
    parent: "Element | None"
    order: "list[Element]"
    begin: int
    end: int | None = None
    children: "list[Element | str]" = field(default_factory=list)

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")

    def all(self, *tags: str) -> "list[Element]":
        """What is inside, of these names or of any, in the order of the page."""
        inside = self.order[self.begin : self.end]
        return [each for each in inside if each.tag in tags] if tags else inside

    def inside(self, tag: str) -> "Element | None":
        """The nearest of these that it is in."""
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above

    def text(self) -> str:
        """What is read aloud of it."""
        parts = []
        for each in self.children:
            if isinstance(each, str):
                parts.append(each)
            elif each.get("aria-hidden") != "true" and "hidden" not in each.attributes:
                parts.append(each.get("aria-label") or each.get("alt") or each.text())
        return " ".join("".join(parts).split())


def read(html: str) -> Element:
    """The root, which is no element of the page itself."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._order: list[Element] = []
        self.root = Element("", {}, (), None, self._order, 0)
        self._open = self.root
        self._calls: list[Place] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in reversed(attrs)}  # of two of a name, browsers take the first
        marked = attributes.pop(MARK, "")
        places = (*([_place(marked)] if marked else []), *reversed(self._calls)) or self._open.places
        begin = len(self._order) + 1
        element = Element(tag, attributes, places, self._open, self._order, begin, begin)
        self._order.append(element)
        self._open.children.append(element)
        if tag not in VOID:
            element.end = None
            self._open = element

    def handle_endtag(self, tag: str) -> None:
        above: Element | None = self._open
        while above is not None and above.tag != tag:
            above = above.parent
        if above is None or above.parent is None:
            return
        while self._open is not above.parent:  # what was left open inside ends with it
            self._open.end = len(self._order)
            self._open = self._open.parent or self.root

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)

    def handle_comment(self, data: str) -> None:
        if data == END:
            self._calls.pop()
        if data.startswith(CALL):
            self._calls.append(_place(data.removeprefix(CALL)))


@lru_cache(4096)
def _place(text: str) -> Place:
    name, line, character = text.rsplit(":", 2)
    return name, int(line), int(character)

"""What does a style sheet say? Its declarations, each with its selector, what it stands in, and its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
PARTS: Final = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|url\([^)"']*\)|[{};]|[^{};"'u]+|.""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Declaration:
    """name, value: in small letters; selector: of its rule, or the @rule that it stands in alone; within: @rules, from outside."""

    name: str
    value: str
    selector: str
    within: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """What opens with a brace: a selector, or an @rule. within: the @rules around it."""

    head: str
    within: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Statement:
    """An @rule without braces: @import, or @layer with names."""

    text: str
    within: tuple[str, ...]
    line: int


Part = Declaration | Rule | Statement


def read(css: str) -> Iterator[Part]:
    opened: list[str] = []
    for text, sign, line in _pieces(css):
        within = tuple(each for each in opened if each.startswith("@"))
        if sign == "{":
            yield Rule(text, within, line)
            opened.append(text)
            continue
        if text.startswith("@"):
            yield Statement(text, within, line)
        elif ":" in text and opened:
            name, _, value = text.partition(":")
            yield Declaration(name.strip().lower(), value.strip().lower(), opened[-1], within, line)
        if sign == "}" and opened:
            opened.pop()


def _pieces(css: str) -> Iterator[tuple[str, str, int]]:
    """Each text, the sign that ends it, and the line that it begins in."""
    plain = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), css)
    text, line, at = "", 1, 1
    for found in PARTS.finditer(plain):
        if found[0] in "{};":
            yield text.strip(), found[0], at
            text = ""
        else:
            if not text.strip():  # the line of its first sign
                at = line + found[0][: len(found[0]) - len(found[0].lstrip())].count("\n")
            text += found[0]
        line += found[0].count("\n")

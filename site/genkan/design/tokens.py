"""Which custom properties may a designer change? Those of tokens.css, in its order, with what its comments say, and who meets whom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from genkan.design import contrast

PIECE: Final = re.compile(
    r"\s*(?:/\*\s*(?P<comment>.*?)\s*\*/|--(?P<name>[\w-]+)\s*:\s*(?P<value>[^;{}]+);|(?P<opens>[^{};]*)\{|(?P<closes>\})|[^{};]*;)",
    re.DOTALL,
)
LENGTH: Final = re.compile(r"\d*\.?\d+(rem|px|em)")
AA: Final = 4.5  # of text (WCAG 2.2 §1.4.3)


@dataclass(frozen=True, slots=True)
class Token:
    """name: without the dashes; where: what it holds for, "" for everywhere; group: the heading that it stands under.

    about: the comment behind it, or ""; colours: #rrggbb in light and in dark, or () for what is no colour.
    """

    name: str
    value: str
    where: str
    group: str
    about: str = ""
    colours: tuple[str, ...] = ()

    @property
    def is_length(self) -> bool:
        return LENGTH.fullmatch(self.value) is not None


class Seen(NamedTuple):
    """One pair in one theme. colour, ground: #rrggbb; verdict: AAA, AA or "too little"; is_enough: for this house."""

    theme: str
    colour: str
    ground: str
    ratio: float
    verdict: str
    is_enough: bool


class Pair(NamedTuple):
    """Names of tokens, and the least contrast that this house accepts."""

    colour: str
    ground: str
    least: float
    seen: tuple[Seen, ...]


def read(style: str) -> list[Token]:
    """Every custom property that a style sheet sets."""
    known = contrast.tokens(style)
    found: list[Token] = []
    group, within = "", list[str]()
    for piece in PIECE.finditer(style):
        if piece["comment"] is not None:
            group = _noted(found, style[: piece.start("comment")], piece["comment"], group)
        elif piece["name"]:
            found.append(_token(piece["name"], piece["value"].strip(), within, group, known))
        elif piece["opens"] is not None:
            within.append(piece["opens"].strip())
        elif piece["closes"]:
            within.pop()
    return found


def pairs(style: str) -> Iterator[Pair]:
    """Every pair whose two colours are understood, in light and in dark."""
    colours = {each.name: each.colours for each in read(style) if each.colours}
    for seen, ground, least in contrast.PAIRS:
        if seen in colours and ground in colours:
            both = zip(("light", "dark"), colours[seen], colours[ground], strict=True)
            yield Pair(seen, ground, least, tuple(_judged(*each, least) for each in both))


def _noted(found: list[Token], before: str, comment: str, group: str) -> str:
    """A comment alone on its line is a heading; behind a property it tells of that. Returns the heading that holds."""
    if not before.rpartition("\n")[2].strip(" /*"):
        return comment
    found[-1:] = [replace(each, about=comment) for each in found[-1:]]
    return group


def _token(name: str, value: str, within: list[str], group: str, known: dict[str, contrast.Token]) -> Token:
    around = [each.removeprefix("@media ") for each in within if not each.startswith("@layer") and each != ":root"]
    if around:
        return Token(name, value, " ".join(around), "")
    both = [contrast.colour(known, name, theme) for theme in ("light", "dark")]
    return Token(name, value, "", group, colours=tuple(_hex(each) for each in both if each))


def _judged(theme: str, colour: str, ground: str, least: float) -> Seen:
    ratio = contrast.ratio(contrast.rgb(colour) or (0, 0, 0), contrast.rgb(ground) or (0, 0, 0))
    return Seen(theme, colour, ground, ratio, _verdict(ratio, least), ratio >= least)


def _verdict(ratio: float, least: float) -> str:
    """By what WCAG asks of text; or of edges, where the house asks for no more: there is no AAA for these."""
    if least == contrast.EDGE:
        return "AA" if ratio >= contrast.EDGE else "too little"
    return "AAA" if ratio >= contrast.ENHANCED else "AA" if ratio >= AA else "too little"


def _hex(colour: contrast.Rgb) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in colour)

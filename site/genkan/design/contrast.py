"""Can every colour be read on its ground? The tokens of a style sheet in light and in dark, and the ratios they need (WCAG 2.2)."""

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GROUNDS: Final = ("page", "surface", "sunken")
KINDS: Final = ("bad", "good", "note", "accent")
ENHANCED: Final = 7.0  # of text, WCAG 2.2 §1.4.6
EDGE: Final = 3.0  # of what is no text, §1.4.11
# (what is seen, what it stands on, the ratio that it needs at the least)
PAIRS: Final = (
    *((text, ground, ENHANCED) for text in ("text", "muted", "accent") for ground in GROUNDS),
    *(("text", f"{kind}-soft", ENHANCED) for kind in KINDS),
    *((kind, f"{kind}-soft", ENHANCED) for kind in KINDS),
    ("accent-strong", "surface", ENHANCED),
    ("accent-text", "accent", ENHANCED),
    ("accent-text", "accent-strong", ENHANCED),
    ("bad", "page", ENHANCED),
    ("bad", "surface", ENHANCED),
    *(("edge", ground, EDGE) for ground in GROUNDS),
    ("ring", "page", EDGE),
    ("ring", "surface", EDGE),
    ("ring-gap", "ring", EDGE),
    ("ring-gap", "accent", EDGE),
)
ROOT_RULE: Final = re.compile(r":root\s*\{([^{}]*)\}")
TOKEN: Final = re.compile(r"--([\w-]+)\s*:\s*([^;]+?)\s*(?:;|\Z)")
COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
BOTH: Final = re.compile(r"light-dark\(((?:[^()]|\([^()]*\))*),((?:[^()]|\([^()]*\))*)\)", re.DOTALL)
REFERENCE: Final = re.compile(r"var\(--([\w-]+)\)")
HEX: Final = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
CHANNELS: Final = re.compile(r"(rgb|hsl)a?\(\s*([\d.]+)(%|deg)?[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?\s*\)", re.IGNORECASE)
NAMES: Final = {"white": "#ffffff", "black": "#000000"}

Rgb = tuple[float, float, float]  # red, green, blue, each from 0 to 1


@dataclass(frozen=True, slots=True)
class Token:
    """A custom property of :root, as it is in light and in dark. line: where it stands."""

    light: str
    dark: str
    line: int


@dataclass(frozen=True, slots=True)
class Weak:
    """A pair that cannot be read. ratio: what it has; None where a colour is written in a way that is not understood."""

    seen: str
    ground: str
    theme: str
    ratio: float | None
    needed: float


def tokens(css: str) -> dict[str, Token]:
    """What a style sheet says of :root, outside @media; of a name that stands there twice, the last."""
    plain = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), css)
    found = {}
    for rule in ROOT_RULE.finditer(_without_media(plain)):
        for each in TOKEN.finditer(rule[1]):
            line = plain.count("\n", 0, rule.start(1) + each.start()) + 1
            light, dark = _themes(each[2])
            found[each[1]] = Token(light, dark, line)
    return found


def weak(known: Mapping[str, Token]) -> list[Weak]:
    """Every pair whose ratio is less than it needs."""
    found = []
    for seen, ground, needed in PAIRS:
        if seen not in known or ground not in known:
            continue
        for theme in ("light", "dark"):
            first, second = colour(known, seen, theme), colour(known, ground, theme)
            has = ratio(first, second) if first and second else None
            if has is None or has < needed:
                found.append(Weak(seen, ground, theme, has, needed))
    return found


def colour(known: Mapping[str, Token], name: str, theme: str) -> Rgb | None:
    """A token's colour in a theme, by way of the tokens that it refers to; None where that is not understood."""
    for _ in known:
        if name not in known:
            return None
        value: str = getattr(known[name], theme)
        refers = REFERENCE.fullmatch(value)
        if refers is None:
            return rgb(value)
        name = refers[1]
    return None


def rgb(text: str) -> Rgb | None:
    """#rgb, #rrggbb, rgb(…) or hsl(…) without transparency, white or black."""
    text = NAMES.get(text.lower(), text)
    if found := HEX.fullmatch(text):
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        red, green, blue = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
        return red, green, blue
    if not (found := CHANNELS.fullmatch(text)):
        return None
    first, second, third = float(found[2]), float(found[4]), float(found[5])
    if found[1].lower() == "hsl":
        return colorsys.hls_to_rgb(first / 360, third / 100, second / 100)
    whole = 100 if found[3] == "%" else 255
    return first / whole, second / whole, third / whole


def luminance(of: Rgb) -> float:
    """WCAG 2.2, "relative luminance"."""
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in of]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(first: Rgb, second: Rgb) -> float:
    """WCAG 2.2, "contrast ratio": from 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _themes(value: str) -> tuple[str, str]:
    both = BOTH.fullmatch(value)
    return (both[1].strip(), both[2].strip()) if both else (value, value)


def _without_media(css: str) -> str:
    """The same, with whatever holds only under @media blanked, so that places stay."""
    return re.sub(
        r"@media[^{]*\{(?:[^{}]|\{[^{}]*\})*\}", lambda found: re.sub(r"[^\n]", " ", found[0]), css, flags=re.DOTALL
    )

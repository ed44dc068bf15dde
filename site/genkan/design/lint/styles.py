"""Are style sheets as they have to be? In layers, in logical directions, in the colours of the tokens, and nothing from elsewhere."""

import re
from collections.abc import Iterator
from typing import Final

from genkan.design.lint import css
from genkan.design.lint.css import Declaration, Part, Rule
from genkan.design.lint.finding import Finding
from genkan.design.lint.tree import Source, Tree

TOKENS: Final = "tokens.css"
IN_BLACK: Final = ("print.css", TOKENS)  # where colours stand: of ink, and of everything else
SMALLEST: Final = 14.0  # px, of text
SIDES: Final = {"left": "inline-start", "right": "inline-end", "top": "block-start", "bottom": "block-end"}
BOXES: Final = ("margin", "padding", "border", "scroll-margin", "scroll-padding", "inset")
FOUR: Final = ("margin", "padding", "inset", "border-width", "scroll-margin", "scroll-padding")
TURNED: Final = ("text-align", "float", "clear", "caption-side")
COLOUR: Final = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|oklab|oklch|color)a?\("
    r"|(?<![\w-])(?:white|black|red|green|blue|gr[ae]y|silver|yellow|orange|purple|pink|brown|navy|teal|maroon|lime|aqua)(?![\w-])"
)
ADDRESS: Final = re.compile(r"""url\(\s*["']?\s*((?:https?:)?//[^)"']*)""")
LENGTH: Final = re.compile(r"(?<![\w.-])(\d*\.?\d+)(px|rem|pt)\b")
TO_PX: Final = {"px": 1.0, "rem": 16.0, "pt": 96 / 72}
REFERS: Final = re.compile(r"var\(--([\w-]+)\)")
HIDDEN: Final = ("[hidden]", "display")  # the one that has to win


def findings(tree: Tree) -> Iterator[Finding]:
    read = [(source, list(css.read(source.text))) for source in tree.styles]
    known = {
        part.name.removeprefix("--"): part.value
        for source, parts in reversed(read)
        for part in parts
        if isinstance(part, Declaration) and part.name.startswith("--")
    }
    for source, parts in read:
        for part in parts:
            for rule, text in _of(source, part, known):
                yield Finding(source.shown, part.line, rule, text)


def _of(source: Source, part: Part, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    if isinstance(part, Declaration):
        yield from _direction(source, part)
        yield from _size(part, known)
        yield from _colour(source, part)
        if "!important" in part.value and (part.selector, part.name) != HIDDEN:
            yield (
                "important",
                "`!important` cannot be undone by anybody. Take it out: what is outside of a layer wins without.",
            )
    elif isinstance(part, Rule):
        if source.is_ours and not part.within and not part.head.startswith("@layer"):
            yield (
                "layer",
                "This stands outside of a layer, so that no brand could win over it. Put it into @layer components { … }.",
            )
    elif part.text.startswith("@import"):
        yield "external-url", "@import makes people wait. Put the file into the folder: all of them are joined."
    for found in ADDRESS.finditer(part.value if isinstance(part, Declaration) else ""):
        yield "external-url", f"{found[1]} is another site, which learns who comes here. Put the file into static/."


def _direction(source: Source, part: Declaration) -> Iterator[tuple[str, str]]:
    """Left and right are the other way round in Arabic or Hebrew; of ours, top and bottom have their logical names too."""
    sides = SIDES if source.is_ours else {"left": SIDES["left"], "right": SIDES["right"]}
    box, _, rest = part.name.rpartition("-")
    words = part.value.replace("!important", "").split()
    if part.name in sides:
        yield "direction", f"`{part.name}` does not turn with the language. Write `inset-{sides[part.name]}`."
    elif rest in sides and box in BOXES:
        yield "direction", f"`{part.name}` does not turn with the language. Write `{box}-{sides[rest]}`."
    elif (middle := _between(part.name)) in sides:
        yield (
            "direction",
            f"`{part.name}` does not turn with the language. Write it with `{sides[middle]}` in its name.",
        )
    elif part.name in TURNED and words[:1] and words[0] in ("left", "right"):
        side = SIDES[words[0]].removeprefix("inline-") if part.name == "text-align" else SIDES[words[0]]
        yield "direction", f"`{part.value}` does not turn with the language. Write `{side}`."
    elif part.name in FOUR and len(found := _values(part.value)) == 4 and found[1] != found[3]:
        yield (
            "direction",
            f"Four values of `{part.name}` do not turn with the language. Write `{part.name}-block` and `{part.name}-inline`.",
        )


def _between(name: str) -> str:
    """The side in border-left-color or border-top-left-radius."""
    found = re.fullmatch(r"border-(?:(?:top|bottom)-)?(left|right|top|bottom)-(?:color|style|width|radius)", name)
    return found[1] if found else ""


def _values(value: str) -> list[str]:
    """Its parts, with what stands in brackets as one."""
    depth, parts = 0, [""]
    for sign in value:
        depth += (sign == "(") - (sign == ")")
        if sign.isspace() and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [each for each in parts if each]


def _size(part: Declaration, known: dict[str, str]) -> Iterator[tuple[str, str]]:
    if part.name not in ("font", "font-size"):
        return
    value = REFERS.sub(lambda found: known.get(found[1], ""), part.value)
    found = LENGTH.search(value)
    px = float(found[1]) * TO_PX[found[2]] if found else SMALLEST
    if px < SMALLEST:
        yield "size", f"{px:g} px is too small to be read. The smallest is 14 px: var(--small)."


def _colour(source: Source, part: Declaration) -> Iterator[tuple[str, str]]:
    if not source.is_ours or source.name in IN_BLACK or part.name.startswith("--") or part.name in ("font", "content"):
        return
    found = COLOUR.search(REFERS.sub("", part.value))
    if found:
        yield (
            "colour",
            f"`{found[0].rstrip('(')}` is no token, so that nobody can change it or check it. Use one of static/css/tokens.css.",
        )

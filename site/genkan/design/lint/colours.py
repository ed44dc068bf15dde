"""Can every colour be read on its ground? The tokens in light and dark, and what a brand makes of them."""

from collections.abc import Iterator

from genkan.design import contrast
from genkan.design.contrast import Token, Weak
from genkan.design.lint.finding import Finding
from genkan.design.lint.tree import Source, Tree


def findings(tree: Tree) -> Iterator[Finding]:
    known: dict[str, Token] = {}
    places: dict[str, tuple[bool, str, int]] = {}
    for source in sorted(tree.styles, key=_rank):
        for name, token in contrast.tokens(source.text).items():
            known[name], places[name] = token, (not source.is_ours, source.shown, token.line)
    for each in contrast.weak(known):
        _, path, line = max(places[each.seen], places[each.ground], key=lambda place: place[0])
        yield Finding(path, line, "contrast", _said(each))


def _rank(source: Source) -> bool:
    """A brand's come last, and count."""
    return not source.is_ours


def _said(weak: Weak) -> str:
    pair = f"--{weak.seen} on --{weak.ground} in {weak.theme}"
    if weak.ratio is None:
        return f"The contrast of {pair} cannot be computed. Write both colours as #rrggbb."
    return f"{pair} has {weak.ratio:.2f} : 1, and needs {weak.needed:g} : 1. Make one darker or lighter."

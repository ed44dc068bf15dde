"""Does every template have its states, and can each be shown?"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.design.lint.tree import PARTS, Tree
from genkan.design.states import ROOMS, SHARED, SUFFIX

LAYOUTS: Final = ("emails/layout.html", *PARTS)
LINE: Final = re.compile(r"line (\d+)")


def findings(tree: Tree, every: Iterable[Shown], before: Iterable[Finding]) -> Iterator[Finding]:
    """before: what was found by reading: where a template is at fault anyway, that its states break is no news."""
    if tree.unreadable:
        yield _unreadable(tree)
        return
    stems = {each.name.removesuffix(".html") for each in tree.pages if each.room in ROOMS and each.name not in LAYOUTS}
    for stem in stems - tree.states.keys():
        text = f"No state says what this page is given. Write templates/{stem}{SUFFIX}."
        yield Finding(tree.shown(f"{stem}.html"), 1, "states", text)
    for stem in tree.states.keys() - stems:
        text = f"There is no templates/{stem}.html. Take this file away, or mend its name."
        yield Finding(f"templates/{stem}{SUFFIX}", 1, "states", text)
    yield from _broken(tree, every, {(each.path, each.line) for each in before})


def _unreadable(tree: Tree) -> Finding:
    path, _, why = tree.unreadable.partition(": ")
    line = LINE.search(tree.unreadable)
    there = Path(path)
    shown = there.relative_to(tree.root).as_posix() if there.is_relative_to(tree.root) else f"templates/{SHARED}"
    return Finding(
        shown, int(line[1]) if line else 1, "states", f"{why.rstrip('.')}. No state can be shown until this is mended."
    )


def _broken(tree: Tree, every: Iterable[Shown], known: set[tuple[str, int]]) -> Iterator[Finding]:
    told = set()
    for each in every:
        if each.broken is None:
            continue
        name, line = _place(tree, each)
        text = f"{type(each.broken).__name__}: {each.broken}".partition("\n")[0].rstrip(".")
        if (name, line) not in known and (name, line, text) not in told:
            told.add((name, line, text))
            yield Finding(name, line, "broken", f"{text}. (State {each.state.name} of {each.state.template}.)")


def _place(tree: Tree, shown: Shown) -> tuple[str, int]:
    """Where it breaks; the file of states where no template does."""
    at = shown.place
    if at is None:
        return f"templates/{shown.state.template}{SUFFIX}", 1
    path = Path(at[0])
    return (path.relative_to(tree.root) if path.is_relative_to(tree.root) else path).as_posix(), at[1]

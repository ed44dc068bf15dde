"""Does every template have its states, and can each be shown?"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.design.lint.tree import PARTS, Tree
from genkan.design.states import ROOMS, SUFFIX

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
    yield from _broken(tree, every, set(before))


def _unreadable(tree: Tree) -> Finding:
    path, _, why = tree.unreadable.partition(": ")
    line = LINE.search(tree.unreadable)
    text = f"{why.rstrip('.')}. No state can be shown until this is mended."
    return Finding(_shown(tree, path), int(line[1]) if line else 1, "states", text)


def _broken(tree: Tree, every: Iterable[Shown], before: set[Finding]) -> Iterator[Finding]:
    known, told = {(each.path, each.line) for each in before}, set()
    unusable = {each.path for each in before if each.rule == "component"}
    for each in every:
        if each.broken is None or tree.shown(f"components/{getattr(each.broken, 'name', '')}.html") in unusable:
            continue
        places = [(_shown(tree, name), line) for name, line in each.places]
        path, line = places[-1] if places else _own(tree, each)
        text = f"{type(each.broken).__name__}: {each.broken}".partition("\n")[0].rstrip(".")
        if not known.intersection(places) and (path, line, text) not in told:
            told.add((path, line, text))
            yield Finding(path, line, "broken", f"{text}. (State {each.state.name} of {each.state.template}.)")


def _own(tree: Tree, shown: Shown) -> tuple[str, int]:
    """Where the state stands: no template was reached."""
    path = f"templates/{shown.state.template}{SUFFIX}"
    lines = (tree.root / path).read_text().splitlines()
    return path, next((number for number, line in enumerate(lines, 1) if line == f"[states.{shown.state.name}]"), 1)


def _shown(tree: Tree, name: str) -> str:
    path = Path(name)
    return (path.relative_to(tree.root) if path.is_relative_to(tree.root) else path).as_posix()

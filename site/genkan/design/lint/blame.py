"""Whose fault is it? Of an element that a component made: the component's where all its callers have it, else the caller's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from genkan.design.lint.document import Element, Place
from genkan.design.lint.finding import Finding
from genkan.design.lint.shown import Shown
from genkan.design.lint.tree import Tree


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with an element of a rendered state."""

    element: Element
    rule: str
    text: str
    shown: Shown


def findings(tree: Tree, every: Iterable[Shown], faults: Iterable[Fault]) -> Iterator[Finding]:
    """Each fault once, at the line that has to be mended, with the first state in which it is seen."""
    groups: dict[str, list[Fault]] = defaultdict(list)
    for each in faults:
        groups[each.rule].append(each)
    ways = _ways(every) if groups else {}
    told = set()
    for rule, group in groups.items():
        faulty = {each.element.places for each in group}
        for each in group:
            blamed = _blamed(each.element.places, faulty, ways)
            key = (blamed, rule, "" if len(blamed) < len(each.element.places) else each.text)
            if key not in told:
                told.add(key)
                name, line, _ = blamed[-1]
                yield Finding(tree.shown(name), line, rule, f"{each.text} {_seen(each.shown)}")


def _blamed(
    places: tuple[Place, ...], faulty: set[tuple[Place, ...]], ways: dict[tuple[Place, ...], set[tuple[Place, ...]]]
) -> tuple[Place, ...]:
    """The innermost place whose every use is faulty, with the way to it from inside."""
    rows = (places[:length] for length in range(1, len(places) + 1))
    return next(row for row in rows if ways[row] <= faulty)


def _ways(every: Iterable[Shown]) -> dict[tuple[Place, ...], set[tuple[Place, ...]]]:
    """Of each place, or row of places from the inside out: all the ways from a page to it."""
    found: dict[tuple[Place, ...], set[tuple[Place, ...]]] = defaultdict(set)
    for shown in every:
        for element in shown.page.all():
            for length in range(1, len(element.places) + 1):
                found[element.places[:length]].add(element.places)
    return found


def _seen(shown: Shown) -> str:
    return f"(Seen in {shown.state.template}, state {shown.state.name}.)"

"""Can a changed original and a changed copy be joined line by line? Where they touch the same lines, only a person can."""

import difflib
from typing import Final, NamedTuple

AROUND: Final = 3  # lines of a difference that are shown around it


class Edit(NamedTuple):
    """The lines from `first` up to `end` of what both come from, and what stands there instead."""

    first: int
    end: int
    lines: tuple[str, ...]


def joined(before: str, ours: str, theirs: str) -> tuple[str, list[int]]:
    """Their copy with what has changed in ours, and the lines of `before` (from 1) where both changed something: then theirs stays."""
    lines = before.splitlines(keepends=True)
    own, new = _edits(lines, theirs), _edits(lines, ours)
    clashes = [edit for edit in new if edit not in own and any(_touch(edit, each) for each in own)]
    wanted = sorted({*own, *(edit for edit in new if edit not in clashes)})
    for edit in reversed(wanted):
        lines[edit.first : edit.end] = edit.lines
    return "".join(lines), [edit.first + 1 for edit in clashes]


def difference(before: str, after: str, names: tuple[str, str]) -> str:
    """As `diff -u` writes it."""
    old, new = before.splitlines(), after.splitlines()
    return "\n".join(difflib.unified_diff(old, new, *names, lineterm="", n=AROUND))


def _edits(lines: list[str], changed: str) -> list[Edit]:
    other = changed.splitlines(keepends=True)
    found = difflib.SequenceMatcher(None, lines, other, autojunk=False).get_opcodes()
    return [Edit(a, b, tuple(other[c:d])) for tag, a, b, c, d in found if tag != "equal"]


def _touch(one: Edit, other: Edit) -> bool:
    return one.first <= other.end and other.first <= one.end

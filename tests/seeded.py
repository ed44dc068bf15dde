"""How is a fault put into a copy of the tree, and what has to be found then? A table of faults, and what finds them in groups."""

import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from genkan.design.lint import Finding, findings

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Fault:
    """before is replaced by after in a file, once; each rule has to be told at the line that `at` (or after) begins in.

    before None: a file that was not there; after None: the file is taken away. at: text of the file as it is then, or of `where`.
    """

    name: str
    path: str
    before: str | None
    after: str | None
    rules: tuple[str, ...]
    at: str = ""
    where: str = ""

    def put(self, root: Path) -> None:
        file = root / self.path
        if self.after is None:
            file.unlink()
        elif self.before is None:
            file.write_text(self.after)
        else:
            text = file.read_text()
            assert self.before in text, self
            file.write_text(text.replace(self.before, self.after, 1))

    def expected(self, root: Path) -> set[tuple[str, int, str]]:
        where = self.where or self.path
        text = (root / where).read_text() if (root / where).exists() else ""
        begin = text.find(self.at or self.after or "")
        assert begin >= 0, self
        return {(where, text.count("\n", 0, begin) + 1, rule) for rule in self.rules}


def copied(to: Path) -> None:
    """Templates and styles; the code as it is."""
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, to / name)
    (to / "site").symlink_to(ROOT / "site")


@lru_cache
def found(
    faults: tuple[Fault, ...],
) -> tuple[frozenset[tuple[str, int, str]], tuple[Finding, ...], tuple[set[tuple[str, int, str]], ...]]:
    """All that is found with all of these faults in one copy; in short and in full; and what each of them lets expect."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        copied(root)
        for each in faults:
            each.put(root)
        told = tuple(findings(root))
        short = frozenset((each.path, each.line, each.rule) for each in told)
        return short, told, tuple(each.expected(root) for each in faults)

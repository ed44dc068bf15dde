"""/dev/gallery/checks: what did the quick checks find? They take a second or two, beside the pages: nobody waits for them."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Final

from genkan.design import lint
from genkan.design.lint import Finding

LOOKED_AT: Final = (".html", ".txt", ".toml", ".css", ".js", ".po", ".svg")
BESIDE: Final = ThreadPoolExecutor(1, thread_name_prefix="checks")

Stamps = tuple[tuple[str, int], ...]


def found(root: Path, brand: Path | None = None) -> Sequence[Finding] | None:
    """What is wrong with the files as they are now, the team's own included; None while that is not known yet."""
    asked = begun(root, brand)
    return asked.result() if asked.done() else None


def begun(root: Path, brand: Path | None = None) -> Future[list[Finding]]:
    """The checks of the files as they are now; begun where nobody has asked for them yet."""
    folders = (root / "templates", root / "static", *((brand,) if brand else ()))
    watched = (each for folder in folders for each in folder.rglob("*"))
    return _begun(root, brand, stamps(each for each in watched if each.suffix in LOOKED_AT))


def stamps(paths: Iterable[Path]) -> Stamps:
    """What changes when one of these files does."""
    return tuple((str(path), path.stat().st_mtime_ns) for path in sorted(paths))


@lru_cache(2)
def _begun(root: Path, brand: Path | None, stamps: Stamps) -> Future[list[Finding]]:
    return BESIDE.submit(lint.findings, root, brand)

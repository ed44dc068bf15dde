"""Are a team's copies of our templates up to date? Which originals have changed since, what in them, and what to do about it."""

from pathlib import Path

from genkan.design import copies, merging, originals
from genkan.design.copies import Copy

REACHED = ("pages", "errors", "emails")  # rooms in which only what the site asks for by name is ever shown


def findings(root: Path, brand: Path) -> list[str]:
    """One text for each copy that somebody should look at."""
    return [said for copy in copies.all_of(brand) if (said := _finding(root, brand, copy))]


def accept(root: Path, brand: Path, asked: str) -> str:
    """Note that a copy is up to date with ours as it is now. Raises originals.Unknown."""
    said = []
    for copy in _named(root, brand, asked):
        original = _original(root, copy).read_text()
        copies.write(brand, copy.path, copy.name, copy.text, original=original)
        said.append(
            f"{copies.shown(copy.path, root)} is noted as up to date with version {originals.version(original)}."
        )
    return "\n".join(said)


def merge(root: Path, brand: Path, asked: str) -> tuple[str, bool]:
    """Put what has changed in ours into a copy, where no line was changed by both; and whether that was so everywhere."""
    done = [_merged(root, brand, copy) for copy in _named(root, brand, asked)]
    return "\n".join(said for said, _ in done), all(is_whole for _, is_whole in done)


def _merged(root: Path, brand: Path, copy: Copy) -> tuple[str, bool]:
    where, before = copies.shown(copy.path, root), _before(brand, copy)
    if before is None:
        return f"{where}: what it was copied from is not kept; change it by hand, then --accept {_short(copy)}.", False
    original = _original(root, copy).read_text()
    if before == original:
        return f"{where} is up to date already.", True
    text, clashes = merging.joined(before, original, copy.text)
    if clashes:
        return f"{where}: nothing was changed. {_clash(clashes)}", False
    copies.write(brand, copy.path, copy.name, text, original=original)
    return (
        f"{where} has now what changed in templates/{copy.name}. Look at the page, or at what your version control shows.",
        True,
    )


def _finding(root: Path, brand: Path, copy: Copy) -> str | None:
    where = copies.shown(copy.path, root)
    if not _original(root, copy).is_file():
        return _orphan(root, brand, copy, where)
    original = _original(root, copy).read_text()
    if copy.noted is None:
        return (
            f"{where} does not say what it was copied from. If it is up to date with templates/{copy.name}, note it:\n"
            f"  python3 run.py check --accept {_short(copy)}\nor write as its first line:\n  {copies.note(copy.name, original)}"
        ).rstrip()
    return None if copy.noted == originals.version(original) else _changed(root, brand, copy, original)


def _orphan(root: Path, brand: Path, copy: Copy, where: str) -> str | None:
    if copy.noted is not None:
        return (
            f"{where}: templates/{copy.name} is no longer there, so nothing shows this copy. Take it away, or move it."
        )
    name = copy.name.rpartition(".")[0]
    is_used = any(f'"{copy.name}"' in other.text for other in copies.all_of(brand) if other != copy)
    if copy.name.partition("/")[0] not in REACHED or is_used:
        return None
    try:
        originals.named(root / "templates", name)
    except originals.Unknown as unknown:
        return f"{where}: nothing asks for it. {unknown}"
    return None


def _changed(root: Path, brand: Path, copy: Copy, original: str) -> str:
    where, before = copies.shown(copy.path, root), _before(brand, copy)
    first = f"{where}: templates/{copy.name} has changed since it was copied."
    last = f"When your copy is as you want it: python3 run.py check --accept {_short(copy)}"
    if before is None:
        names = (where, f"templates/{copy.name} (now)")
        kept = "What it was then is not kept in .originals/; this is how your copy and ours differ now:"
        return "\n".join((first, kept, merging.difference(copy.text, original, names), last))
    names = (f"templates/{copy.name} (version {copy.noted})", f"templates/{copy.name} (now)")
    clashes = merging.joined(before, original, copy.text)[1]
    easy = f"You changed none of these lines: python3 run.py check --merge {_short(copy)} puts them into your copy."
    return "\n".join((first, merging.difference(before, original, names), _clash(clashes) if clashes else easy, last))


def _clash(lines: list[int]) -> str:
    return (
        f"You changed the same lines (near {', '.join(map(str, lines))} of the original): bring them together by hand."
    )


def _before(brand: Path, copy: Copy) -> str | None:
    path = copies.kept(brand, copy.name)
    text = path.read_text() if path.is_file() else ""
    return text if copy.noted is not None and originals.version(text) == copy.noted else None


def _named(root: Path, brand: Path, asked: str) -> list[Copy]:
    names = originals.named(root / "templates", asked)
    found = [copy for copy in copies.all_of(brand) if copy.name in names]
    if not found:
        raise originals.Unknown(f"There is no copy of templates/{names[0]} in {copies.shown(brand, root)}.")
    return found


def _original(root: Path, copy: Copy) -> Path:
    return root / "templates" / copy.name


def _short(copy: Copy) -> str:
    return copy.name.rpartition(".")[0]

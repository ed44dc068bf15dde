"""Are the packages those that were tested? Pinned and installed versions, and the old passlib that overwrites its fork."""

import re
from importlib import metadata
from pathlib import Path
from typing import Final

from genkan.commands.checks.around import Around
from genkan.commands.checks.finding import Finding, fault, ok, skipped, warning

PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
LIST: Final = "requirements.txt"


async def findings(around: Around) -> list[Finding]:
    return [pinned(around.root), old_passlib(has("passlib")), _faults()]


def pinned(root: Path) -> Finding:
    wanted = PINNED.findall((root / LIST).read_text())
    other = [
        f"{name} {there or 'missing'}, not {version}"
        for name, version in wanted
        if (there := _version(name)) != version
    ]
    if other:
        return warning("packages.pinned", "; ".join(other), f"pip install -r {LIST}, or let `python3 run.py` do it")
    return ok("packages.pinned", f"all {len(wanted)} are of the version that {LIST} names")


def old_passlib(is_there: bool) -> Finding:
    if is_there:
        return fault(
            "packages.passlib",
            "passlib is installed over libpass, with its faults",
            f"pip uninstall passlib libpass, then pip install -r {LIST}",
        )
    return ok("packages.passlib", "passwords are hashed by libpass, and no old passlib stands over it")


def has(package: str) -> bool:
    return next(iter(metadata.distributions(name=package)), None) is not None


def _faults() -> Finding:
    return skipped("packages.faults", f"known faults are not looked up from here; `pip-audit -r {LIST}` does that")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None

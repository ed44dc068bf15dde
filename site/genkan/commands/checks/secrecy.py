"""Are the secrets kept as such? Who can read the files that they are in, and how long the one before the last has stood."""

import stat
from pathlib import Path
from typing import Final

from genkan.commands.checks.around import Around
from genkan.commands.checks.finding import Finding, fault, ok, warning

LASTS: Final = 2 * 86_400  # seconds that what was made with the previous secret is good for
OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP


async def findings(around: Around) -> list[Finding]:
    return [*_files(around.root), *_previous(around)]


def _files(root: Path) -> list[Finding]:
    paths = [path for path in (root / ".env", root / "var" / "secret_key") if path.is_file()]
    found = [
        fault(
            "secrets.files",
            f"{path.relative_to(root)} can be read or changed by others on this machine",
            f"chmod 600 {path}",
        )
        for path in paths
        if path.stat().st_mode & OTHERS
    ]
    return found or [ok("secrets.files", "nobody else can read the files that hold secrets")]


def _previous(around: Around) -> list[Finding]:
    if around.settings.secret_key_previous is None:
        return []
    file = around.root / ".env"
    since = file.stat().st_mtime if file.is_file() and "SECRET_KEY_PREVIOUS" in file.read_text() else around.now
    days = int((around.now - since) // 86_400)
    if around.now - since > LASTS:
        return [
            warning(
                "secrets.previous",
                f"SECRET_KEY_PREVIOUS still counts, and .env was last changed {days} days ago",
                "take it out: two days after the change of SECRET_KEY nothing needs it",
            )
        ]
    return [ok("secrets.previous", "SECRET_KEY_PREVIOUS counts; take it out two days after the change of SECRET_KEY")]

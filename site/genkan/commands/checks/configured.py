"""Can the settings be used? Every fault, as the server names them when it refuses to start."""

import os
import secrets
from pathlib import Path

from genkan import surroundings
from genkan.commands.checks.finding import Finding, fault, ok
from genkan.settings import Settings, SettingsFault, from_environment


def read(root: Path) -> tuple[Settings | None, list[Finding]]:
    """The settings, where they can be used, and what was found."""
    found = surroundings.looked_at(root)
    try:
        settings = from_environment(found.environ, made_secret=_made(root), root=root, found=found.faults)
    except SettingsFault as refused:
        return None, [_said(each) for each in refused.faults]
    return settings, [ok("settings", f"they can be used, in {settings.environment}")]


def _said(sentence: str) -> Finding:
    name, _, what = sentence.partition(": ")
    where = "env_file" if name == ".env" else name
    return fault(f"settings.{where}", what.rstrip("."), f"correct {name}, then start the server again")


def _made(root: Path) -> str:
    """The secret of this machine; before the first start there is none, and any will do to look at the rest."""
    path = root / "var" / "secret_key"
    is_there = path.is_file() and os.access(path, os.R_OK)
    return path.read_text(errors="replace").strip() if is_there else secrets.token_hex(32)

"""What do tests of `run.py check` share? A site's settings in production, and ways to ask one check about them."""

import asyncio
import ssl
import time
from pathlib import Path
from typing import Any

from entrance import settings_for
from genkan.commands.checks.around import Around
from genkan.commands.checks.examination import Check, examined
from genkan.commands.checks.finding import Finding

RANDOM = b"5d0c47e1b9f2386a7e84c1d05f93ab26"
NOBODYS = "sqlite:////nowhere/genkan.db"


def around(root: Path, *, online: bool = True, tls: ssl.SSLContext | None = None, **changes: Any) -> Around:
    """patience: seconds; else a tenth of the usual, so that nobody waits for servers that hang."""
    patience = changes.pop("patience", 2.0)
    now = changes.pop("now", time.time())
    usual = {
        "environment": "production",
        "base_url": "https://id.shop.test",
        "secret_key": RANDOM,
        "dev_provider": False,
    }
    settings = settings_for(changes.pop("database_url", NOBODYS), **(usual | changes))
    return Around(root, settings, online, now, tls or ssl.create_default_context(), patience)


def looked(check: Check, about: Around) -> list[Finding]:
    return asyncio.run(examined(about, {"the check": check}))


def wrong(found: list[Finding]) -> list[tuple[str, str]]:
    """What is not in order: name and state."""
    return [(each.name, each.state) for each in found if each.state in ("fault", "warning")]


def said(found: list[Finding], name: str) -> str:
    """The words of one finding, what to do included."""
    [one] = [each for each in found if each.name == name]
    return f"{one.text} → {one.todo}"

"""What is set? In the environment, else in the file .env; read here and nowhere else, by the server and by the tools."""

import os
from pathlib import Path

from dotenv import dotenv_values


def read(root: Path) -> dict[str, str]:
    """Every variable by its name. root: the folder that .env is in."""
    kept = {name: value for name, value in dotenv_values(root / ".env").items() if value is not None}
    return kept | dict(os.environ)


def notify_address() -> str:
    """Where systemd wants to be told that we are ready (sd_notify(3)); empty where nobody does."""
    return os.environ.get("NOTIFY_SOCKET", "")

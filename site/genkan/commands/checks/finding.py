"""What does a check say? Each thing that it looked at has a name that stays, how it stands, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "fault", "warning", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """name: as docs/operations.md lists them, like mail.login. text: what was found; todo: what to do. Never a secret."""

    name: str
    state: State
    text: str
    todo: str = ""


def ok(name: str, text: str) -> Finding:
    return Finding(name, "ok", text)


def fault(name: str, text: str, todo: str) -> Finding:
    return Finding(name, "fault", text, todo)


def warning(name: str, text: str, todo: str) -> Finding:
    return Finding(name, "warning", text, todo)


def skipped(name: str, text: str) -> Finding:
    return Finding(name, "skipped", text)

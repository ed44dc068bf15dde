"""What is set? In the environment, else in the file .env; read here and nowhere else, by the server and by the tools."""

import os
import re
import stat
from collections import Counter
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

SECRET: Final = re.compile(r"SECRET|PRIVATE_KEY|PASSWORD|TOKEN|_URL$")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """environ: every variable by its name. faults: of the file .env, one sentence each; what it sets counts all the same."""

    environ: dict[str, str]
    faults: list[str]


def read(root: Path) -> dict[str, str]:
    """Every variable by its name. root: the folder that .env is in."""
    return looked_at(root).environ


def looked_at(root: Path) -> Surroundings:
    """The same, and what is wrong with the file; who else can read it is a fault in production only."""
    path = root / ".env"
    try:
        text = path.read_text("utf-8-sig")
        mode = path.stat().st_mode
    except FileNotFoundError:
        return Surroundings(dict(os.environ), [])
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not written in UTF-8"
        return Surroundings(dict(os.environ), [f".env: cannot be read ({why}). Its path is {path}."])
    kept = {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}
    environ = kept | dict(os.environ)
    faults = _faults(list(parse_stream(StringIO(text))))
    if environ.get("ENVIRONMENT", "").strip() == "production":
        faults += open_to_others(path, mode, kept)
    return Surroundings(environ, faults)


def open_to_others(path: Path, mode: int, kept: dict[str, str]) -> list[str]:
    """Who may write it decides who is let in; who may read it has the secrets that are in it."""
    has_secrets = any(SECRET.search(name) and value for name, value in kept.items())
    if mode & stat.S_IWOTH or (has_secrets and mode & stat.S_IROTH):
        return [f".env: holds secrets, and everybody on this machine can read or change it: chmod 600 {path}."]
    return []


def notify_address() -> str:
    """Where systemd wants to be told that we are ready (sd_notify(3)); empty where nobody does."""
    return os.environ.get("NOTIFY_SOCKET", "")


def _faults(bindings: list[Binding]) -> list[str]:
    """Lines that say nothing, and names that are set twice."""
    unread = [each for each in bindings if each.error or (each.key is not None and each.value is None)]
    found = [f".env: line {_line(each)} is not NAME=value; correct it, or begin it with #." for each in unread]
    counted = Counter(each.key for each in bindings if each.key is not None)
    twice = [name for name, times in counted.items() if times > 1]
    return found + [f".env: {name} is set more than once; leave the line that counts." for name in twice]


def _line(binding: Binding) -> int:
    """Blank lines before it belong to it."""
    blank = len(binding.original.string) - len(binding.original.string.lstrip())
    return binding.original.line + binding.original.string[:blank].count("\n")

"""What is set? In the environment, else in the file .env; read and written here and nowhere else, by the server and by the tools."""

import os
import re
import stat
import tempfile
from collections import Counter
from collections.abc import Mapping
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


def of_process() -> dict[str, str]:
    """What is set in the environment itself, and so beats .env."""
    return dict(os.environ)


def in_file(root: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(root / ".env").items() if value is not None}


def change(root: Path, changes: Mapping[str, str | None]) -> None:
    """Set these in .env, or take them out (None): at once or not at all, with all else as it is, comments and mode too."""
    path = (root / ".env").resolve()  # where it is a link, it stays one
    with path.open(encoding="utf-8") as file:
        lines = list(parse_stream(file))
    last = {each.key: number for number, each in enumerate(lines)}  # of two lines, the last one counts
    kept = [
        _rewritten(each, changes[each.key or ""] if number == last[each.key] else None)
        if each.key in changes
        else each.original.string
        for number, each in enumerate(lines)
    ]
    text = "".join(kept)
    for name, value in changes.items():
        if name not in last and value is not None:
            text = text + ("" if text.endswith("\n") or not text else "\n") + f"{name}={_quoted(value)}\n"
    put(path, text, like=path)


def put(path: Path, text: str, *, like: Path) -> None:
    """A whole file in the place of the one that is there, or none at all. Whoever may read `like` may read it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            found = like.stat()
            os.fchmod(descriptor, found.st_mode & 0o777)
            os.fchown(descriptor, found.st_uid, found.st_gid)
            file.flush()
            os.fsync(descriptor)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


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


def _rewritten(before: Binding, value: str | None) -> str:
    """Blank lines before it stay, and a comment behind it."""
    text = before.original.string
    blank, export = re.findall(r"^(\s*)(export\s+)?", text)[0]
    comment = re.search(r"[ \t]+#[^\n]*\n?$", text.partition(before.value or "\0")[2])
    return (
        blank
        if value is None
        else f"{blank}{export}{before.key}={_quoted(value)}{comment[0].rstrip() if comment else ''}\n"
    )


def _quoted(value: str) -> str:
    """As dotenv reads it back."""
    if re.fullmatch(r"[^\s'\"#\\`]+", value):
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"

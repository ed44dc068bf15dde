"""What is set? In the environment, else in the file .env; read and written here and nowhere else, by the server and by the tools."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream


def read(root: Path) -> dict[str, str]:
    """Every variable by its name. root: the folder that .env is in."""
    return in_file(root) | of_process()


def of_process() -> dict[str, str]:
    """What is set in the environment itself, and so beats .env."""
    return dict(os.environ)


def in_file(root: Path) -> dict[str, str]:
    return {name: value for name, value in dotenv_values(root / ".env").items() if value is not None}


def notify_address() -> str:
    """Where systemd wants to be told that we are ready (sd_notify(3)); empty where nobody does."""
    return os.environ.get("NOTIFY_SOCKET", "")


def change(root: Path, changes: Mapping[str, str | None]) -> None:
    """Set these in .env, or take them out (None): at once or not at all, with all else as it is, comments and mode too."""
    path = (root / ".env").resolve()  # where it is a link, it stays one
    with path.open(encoding="utf-8") as file:
        lines = list(parse_stream(file))
    last = {each.key: number for number, each in enumerate(lines)}  # of two lines, the last one counts
    kept = [
        _line(each, changes[each.key or ""] if number == last[each.key] else None)
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


def _line(before: Binding, value: str | None) -> str:
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

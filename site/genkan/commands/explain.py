"""`python3 run.py explain REF`: what happened in the request whose reference an error page shows? Reads the log."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from genkan.commands import saying

# By the event: what it means, and what to do; whatever an event has is said besides.
MEANINGS: Final[Mapping[str, str]] = {
    "request": "this is how the request was answered",
    "request failed": "an error that nobody expected: at_lines says where, the last one first of all; report it with this line",
    "request refused": "it was refused before any page saw it: another host than BASE_URL's, another site's form, or too much",
    "database unavailable": "the database did not answer, and nothing was saved: python3 run.py check says why",
    "oauth failed": "the provider's answer could not be used, and reason says which: python3 run.py check asks it again",
    "brand template failed": "a template of your own failed, and ours stood in for it: template and line say where",
}
SAID_ABOVE: Final = ("at", "event", "request")


def command(root: Path, arguments: list[str]) -> int:
    """Returns 0, 1 where no line has that reference, 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="run.py explain",
        description="What happened in a request? By the reference that its error page shows, in the log of the server.",
    )
    parser.add_argument("reference", help="ten letters and digits")
    parser.add_argument("log", nargs="?", help="the file with the log; without it, standard input is read")
    parser.add_argument("--json", action="store_true", help="the lines of the log, as one JSON document")
    asked = parser.parse_args(arguments)
    try:
        found = list(_of(asked.reference.strip().upper(), _read(asked.log)))
    except OSError as error:
        return saying.refused(f"{asked.log}: {error.strerror}.")
    if asked.json:
        saying.as_json(found)
    elif not found:
        saying.refused(
            f"No line has the reference {asked.reference}. It may be in an older log, or in another server's."
        )
    else:
        saying.told("\n".join(map(explained, found)))
    return 0 if found else 1


def explained(line: Mapping[str, Any]) -> str:
    """One event: when, what, how it stands in the log, and what that means."""
    name = str(line.get("event"))
    known = ", ".join(f"{key}: {_shown(value)}" for key, value in line.items() if key not in SAID_ABOVE)
    meaning = MEANINGS.get(name)
    return f"{line.get('at')}  {name} ({known})" + (f"\n    {meaning}" if meaning else "")


def _shown(value: Any) -> str:
    return " < ".join(map(str, reversed(value))) if isinstance(value, list) else str(value)


def _read(path: str | None) -> Iterator[str]:
    if path is None:
        yield from sys.stdin
        return
    with open(path, encoding="utf-8", errors="replace") as file:
        yield from file


def _of(reference: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Those with this reference. What is no JSON is no line of ours."""
    for text in lines:
        if reference not in text:
            continue
        try:
            line = json.loads(text[max(0, text.find("{")) :])  # a service manager may have written something before it
        except ValueError:
            continue
        if isinstance(line, dict) and line.get("request") == reference:
            yield line

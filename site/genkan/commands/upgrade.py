"""`python3 run.py upgrade`: the database is brought to this version; `--rehearse` does it on a copy and tells how it went."""

import argparse
from dataclasses import asdict
from pathlib import Path

from genkan import clock
from genkan.commands import opened, ours, saying
from genkan.db import rehearsal
from genkan.db.rehearsal import Rehearsal


def command(root: Path, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py upgrade",
        description="The server does this when it starts. A large database is better upgraded before: this waits as long as it takes.",
    )
    parser.add_argument(
        "--rehearse", action="store_true", help="on a copy; the database itself is only read, and may be in use"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")
    asked = parser.parse_args(arguments)
    return opened.finished(_rehearse(root, asked) if asked.rehearse else _upgrade(root, asked))


async def _upgrade(root: Path, asked: argparse.Namespace) -> int:
    before, after = await rehearsal.upgraded(opened.settings(root).database_url, clock.now())
    if asked.json:
        saying.as_json({"before": before, "after": after})
    elif before == after:
        saying.told(f"The database is of version {after}, as this program is. There was nothing to do.")
    else:
        saying.told(f"The database was of version {before}, and is of version {after} now.")
    return 0


async def _rehearse(root: Path, asked: argparse.Namespace) -> int:
    found = await rehearsal.rehearsed(opened.settings(root).database_url, ours.tables(root), clock.now())
    is_good = not found.lost and not found.faults
    if asked.json:
        saying.as_json(asdict(found) | {"is_good": is_good})
    else:
        saying.told("\n".join(_said(found)))
    return 0 if is_good else 1


def _said(found: Rehearsal) -> list[str]:
    steps = (
        f"From version {found.before} to {found.after} in {found.seconds:.1f} seconds"
        if found.before < found.after
        else "There is nothing to upgrade"
    )
    lines = [f"{steps}, on a copy: the database is as it was."]
    lines += [f"  {name:<22} {count:>10} rows" for name, count in found.counts.items()]
    lines += [f"Rows would be lost in: {', '.join(found.lost)}."] if found.lost else ["No row was lost."]
    return [*lines, *(found.faults or ["Every reference leads somewhere."])]

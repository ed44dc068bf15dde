"""`python3 run.py sweep`: throw away what has run out, all of it at once, and say how much it was."""

import argparse
from pathlib import Path

from genkan import clock
from genkan.accounts import sweep
from genkan.commands import opened, saying


def command(root: Path, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py sweep",
        description="Throw away what has run out, all of it: sessions, codes, old events, accounts whose time has come. "
        "The server does the same, some at a time.",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document: rows by table")
    given = parser.parse_args(arguments)
    return opened.finished(_sweep(root, is_json=given.json))


async def _sweep(root: Path, *, is_json: bool) -> int:
    async with opened.services(root) as services:
        swept = await sweep.everything(services, now=clock.now())
    if is_json:
        saying.as_json(swept)
    else:
        for table, count in swept.items():
            saying.told(f"{count:>9}  {table}")
    return 0

"""`python3 run.py move --to URL`: everything goes over from SQLite to PostgreSQL, or back, and is compared before it is kept."""

import argparse
from pathlib import Path

from genkan.commands import opened, ours, saying
from genkan.commands.addresses import address, without_password
from genkan.commands.opened import CannotDo
from genkan.db import copying
from genkan.db.copying import copied, empty, snapshot


def command(root: Path, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="run.py move",
        description="Copy the database of DATABASE_URL into an empty one, of either kind. The server must be stopped meanwhile.",
    )
    parser.add_argument(
        "--to", required=True, metavar="URL",
        help="postgresql://user@host/database (password: PGPASSWORD, ~/.pgpass), sqlite:///path, or @FILE with the address in it",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON document")
    asked = parser.parse_args(arguments)
    return opened.finished(_move(root, asked))


async def _move(root: Path, asked: argparse.Namespace) -> int:
    source, target, names = opened.settings(root).database_url, address(asked.to), ours.tables(root)
    async with snapshot(source, alone=True) as there:
        left = await copying.others(there, names)
        async with empty(target, names) as here:
            rows = await copied(there, here, names)
            _check_there_was_something(rows)
    if asked.json:
        saying.as_json({"from": without_password(source), "to": without_password(target), "rows": rows, "left": left})
    else:
        saying.told("\n".join(_said(rows, left, target)))
    return 0


def _check_there_was_something(rows: dict[str, int]) -> None:
    if "schema_version" not in rows:
        raise CannotDo("There are no tables of Genkan in the database of DATABASE_URL.")


def _said(rows: dict[str, int], left: list[str], target: str) -> list[str]:
    lines = [f"  {name:<22} {count:>10} rows" for name, count in rows.items()]
    lines.append("Every table was read again there, and is the same.")
    lines += [f"Not ours, and left where they are: {', '.join(left)}."] if left else []
    return [
        *lines,
        f"Now set DATABASE_URL={without_password(target)} (with its password), and start the server.",
        "The old database is as it was. Keep it until you have seen that all is well, and have a new backup.",
    ]

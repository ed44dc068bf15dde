"""`python3 run.py user …`: what does whoever runs the site do with accounts?"""

import argparse
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

from genkan.commands import opened, user_changes, user_create, user_export, user_import, user_list

WHO: Final = "id, username or address of an account"
# What each does, and with which arguments besides --json.
VERBS: Final[dict[str, tuple[Callable[[Path, argparse.Namespace], Coroutine[Any, Any, int]], str]]] = {
    "list": (user_list.list_all, "every account, the newest first"),
    "show": (user_list.show, "everything that the team may see of an account"),
    "create": (user_create.create, "make an account; the password is asked for, or read from standard input"),
    "disable": (user_changes.disable, "close an account: it is logged out everywhere, and nothing leads in"),
    "enable": (user_changes.enable, "open it again"),
    "delete": (user_changes.delete, "remove an account and all that is its person's, for good"),
    "reset": (user_changes.reset, "end the password and every session, and mail a link to a new one; or print it"),
    "admin": (user_changes.admin, "let somebody look after everybody's accounts, at /admin"),
    "import": (user_import.import_file, "accounts from a CSV file or JSON lines, with the hashes of other systems"),
    "export": (user_export.export, "every account, into a file that import reads"),
}


def command(root: Path, arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    return opened.finished(VERBS[given.what][0](root, given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py user", description="The accounts of this site.")
    verbs = parser.add_subparsers(dest="what", required=True, metavar="VERB")
    made = {name: verbs.add_parser(name, help=does, description=does) for name, (_, does) in VERBS.items()}
    for each in made.values():
        each.add_argument("--json", action="store_true", help="one JSON document")
    for name in ("show", "disable", "enable", "delete", "reset", "admin"):
        made[name].add_argument("user", metavar="X", help=WHO)
    for name in ("disable", "delete", "admin"):
        made[name].add_argument("--force", action="store_true", help="even if it is the last admin")
    made["delete"].add_argument("--yes", action="store_true", help="do not ask whether it is meant")
    made["admin"].add_argument("--take-away", action="store_true", help="not any more")
    for module, name in (
        (user_list, "list"),
        (user_create, "create"),
        (user_import, "import"),
        (user_export, "export"),
    ):
        module.arguments(made[name])
    return parser

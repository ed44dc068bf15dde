"""Which verbs has `python3 run.py` for whoever runs the site? One line each: what to call, and what it is for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from genkan.commands import backup, check, explain, invite, keys, move, restore, session, sweep, upgrade, user


@dataclass(frozen=True, slots=True)
class Verb:
    """run: takes the root and what stands behind the verb, returns the exit status: 0 done, 1 could not, 2 a wrong call."""

    run: Callable[[Path, list[str]], int]
    group: str
    does: str


ACCOUNTS: Final = "Accounts"
DATA: Final = "Data"
SITE: Final = "Site"
VERBS: Final[dict[str, Verb]] = {
    "check": Verb(
        check.command,
        SITE,
        "is everything in order? settings, providers, mail, database, certificate, packages",
    ),
    "explain": Verb(explain.command, SITE, "what happened in the request whose reference an error page shows"),
    "user": Verb(user.command, ACCOUNTS, "list, show, create, disable, enable, delete, reset, admin, import, export"),
    "session": Verb(session.command, ACCOUNTS, "list, end"),
    "invite": Verb(invite.command, ACCOUNTS, "a link by which somebody may sign up; list, withdraw"),
    "keys": Verb(keys.command, DATA, "show, rotate: change the secret with nobody logged out"),
    "backup": Verb(backup.command, DATA, "everything in one file under a passphrase, while the site serves"),
    "restore": Verb(restore.command, DATA, "stand up again from it, or --verify that it would"),
    "upgrade": Verb(upgrade.command, DATA, "bring the database to this version, or --rehearse it on a copy"),
    "move": Verb(move.command, DATA, "from SQLite to PostgreSQL, or back"),
    "sweep": Verb(sweep.command, DATA, "throw away what has run out"),
}
# What run.py does without this table.
ELSEWHERE: Final = {
    SITE: {"serve": "the site; the same as no verb at all"},
    "Pages and styles": {
        "where": "which files make a page",
        "lint": "faults in templates, styles and sentences",
        "copy-template": "a template of your own, to be changed",
        "check copies": "what our newer templates mean for your own",
    },
    "Development": {"test": "every test, or those that are named", "tools": "install what the tests need"},
}


def overview() -> str:
    """Every verb, in groups."""
    groups: dict[str, dict[str, str]] = {SITE: {}, ACCOUNTS: {}, DATA: {}}
    for name, verb in VERBS.items():
        groups.setdefault(verb.group, {})[name] = verb.does
    for group, verbs in ELSEWHERE.items():
        groups.setdefault(group, {}).update({name: does for name, does in verbs.items() if name not in VERBS})
    lines = ["python3 run.py [VERB] [--help]"]
    for group, verbs in groups.items():
        lines += ["", group, *(f"  {name:<14} {does}" for name, does in verbs.items())]
    return "\n".join(lines)

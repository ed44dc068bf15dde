"""`python3 run.py invite …`: whom does whoever runs the site invite? A link to hand over, or a mail."""

import argparse
from pathlib import Path
from typing import Any, Final

from genkan.accounts import invitations
from genkan.commands import invite_verbs, opened

MOST_ACCOUNTS: Final = 10_000  # of one invitation
MOST_DAYS: Final = 365
NOTE_LONGEST: Final = 200  # characters


def command(root: Path, arguments: list[str]) -> int:
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.email is not None and given.count != 1:
        parser.error("an invitation that is mailed is for one account: leave --count out")
    works = {None: invite_verbs.create, "list": invite_verbs.list_all, "withdraw": invite_verbs.withdraw}
    return opened.finished(works[given.what](root, given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run.py invite",
        description="Invite to create an account (SIGNUP=invitation). Without a verb: a new invitation.",
    )
    parser.add_argument(
        "--email",
        metavar="ADDRESS",
        help="mail it there, and give the link to nobody else: it proves the address",
    )
    parser.add_argument("--note", default="", type=_note, help="whom it is for: for the team")
    parser.add_argument(
        "--count", default=1, type=_number(MOST_ACCOUNTS), metavar="N", help="accounts that it is good for; 1"
    )
    parser.add_argument(
        "--days", default=invitations.LASTS // 86_400, type=_number(MOST_DAYS), metavar="N", help="that it lasts; 7"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document")
    verbs = parser.add_subparsers(dest="what", metavar="VERB")
    for name, does in (
        ("list", "those that count, and those that did in the last 30 days"),
        ("withdraw", "let one count no more"),
    ):
        made = verbs.add_parser(name, help=does, description=does)
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one JSON document")
        if name == "withdraw":
            made.add_argument("id", metavar="ID", help="as the list has it; behind -- where it begins with -")
    return parser


def _number(most: int) -> Any:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a number from 1 to {most}")
        return int(text)

    return number


def _note(text: str) -> str:
    if len(text) > NOTE_LONGEST or not (text.isprintable()):
        raise argparse.ArgumentTypeError(f"must be one line of at most {NOTE_LONGEST} characters")
    return text

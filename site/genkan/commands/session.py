"""`python3 run.py session …`: who is logged in where, and how is that ended?"""

import argparse
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from genkan import clock
from genkan.accounts import administration, directory, logged_in
from genkan.accounts.administration import COMMAND
from genkan.accounts.logged_in import Live
from genkan.accounts.services import Services
from genkan.commands import asking, opened, saying
from genkan.commands.opened import CannotDo


def command(root: Path, arguments: list[str]) -> int:
    given = _parser().parse_args(arguments)
    return opened.finished(_list(root, given) if given.what == "list" else _end(root, given))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py session", description="Who is logged in where.")
    verbs = parser.add_subparsers(dest="what", required=True, metavar="list|end")
    list_ = verbs.add_parser("list", help="every live session, or those of one account")
    list_.add_argument("user", nargs="?", metavar="X", help="id, username or address of an account")
    end = verbs.add_parser("end", help="end one session, those of one account, or all")
    which = end.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", metavar="ID", help="the id of a session, as `session list` shows it")
    which.add_argument("--user", metavar="X", help="id, username or address: every session of this account")
    which.add_argument("--all", action="store_true", help="everybody's")
    end.add_argument("--yes", action="store_true", help="do not ask whether --all is meant")
    for each in (list_, end):
        each.add_argument("--json", action="store_true", help="one JSON document")
    return parser


async def _list(root: Path, given: argparse.Namespace) -> int:
    async with opened.services(root) as services:
        shown = (_shown(each) async for each in _sessions(services, given.user))
        if given.json:
            await saying.as_json_list(shown)
        else:
            async for each in shown:
                saying.row(*(each[name] for name in ("id", "user", "method", "browser", "address", "last_seen_at")))
    return 0


async def _sessions(services: Services, text: str | None) -> AsyncIterator[Live]:
    now = clock.now()
    if text is None:
        async for each in logged_in.everybody(services, now=now):
            yield each
    else:
        for each in await logged_in.of_user(services, (await directory.the_one(services, text)).id, now=now):
            yield each


def _shown(each: Live) -> dict[str, Any]:
    times = {name: saying.moment(value) for name, value in asdict(each).items() if name.endswith("_at")}
    return asdict(each) | times | {"user": each.username or each.user_id}


async def _end(root: Path, given: argparse.Namespace) -> int:
    async with opened.services(root) as services:
        if given.all:
            if not asking.is_sure("End everybody's sessions?", said_yes=given.yes):
                raise CannotDo("Nothing was done.")
            count = await administration.end_everybodys(services, COMMAND, now=clock.now())
        else:
            count = await _end_some(services, given)
    saying.result(given.json, {"ended": count}, f"{count} ended.")
    return 0


async def _end_some(services: Services, given: argparse.Namespace) -> int:
    """Raises CannotDo for a session that is not alive."""
    now = clock.now()
    if given.user is not None:
        user = await directory.the_one(services, given.user)
        return await administration.end_sessions(services, COMMAND, user.id, now=now)
    found = await logged_in.one(services, given.id, now=now)
    if found is None:
        raise CannotDo("There is no such session that is alive.")
    return await administration.end_sessions(services, COMMAND, found.user_id, session_id=found.id, now=now)

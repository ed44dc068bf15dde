"""`user list` and `user show`: which accounts are there, and what may the team see of one?"""

import argparse
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from genkan import clock
from genkan.accounts import directory, logged_in
from genkan.accounts.directory import Entry
from genkan.accounts.services import Services
from genkan.commands import opened, saying
from genkan.errors import NoSuchUser


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--disabled", action="store_true", help="only those that are closed")
    parser.add_argument("--admins", action="store_true", help="only those that may look after others")
    parser.add_argument("--unproven", action="store_true", help="only those without a confirmed address")
    parser.add_argument("--like", metavar="TEXT", help="only those of this id, username, address or part of a name")
    parser.add_argument("--most", type=int, default=None, metavar="N", help="at most so many")


async def list_all(root: Path, given: argparse.Namespace) -> int:
    async with opened.services(root) as services:
        shown = (_shown(each) async for each in _entries(services, given))
        if given.json:
            await saying.as_json_list(shown)
        else:
            async for each in shown:
                _tell(each)
    return 0


async def show(root: Path, given: argparse.Namespace) -> int:
    async with opened.services(root) as services:
        try:
            entry = await directory.the_one(services, given.user)
        except NoSuchUser as error:
            like = [each for each in await directory.find(services, given.user) if not given.json]
            lines = [f"  {each.id}  {each.username or '–'}  {each.name}" for each in like]
            return saying.refused(*saying.sentences(error), *(["Names like it:", *lines] if like else []))
        shown = await _whole(services, entry)
    if given.json:
        saying.as_json(shown)
    else:
        for name, value in shown.items():
            for line in value if isinstance(value, list) else [value]:
                saying.told(f"{name:<16} {_words(line)}")
    return 0


async def _entries(services: Services, given: argparse.Namespace) -> AsyncIterator[Entry]:
    left = given.most if given.most is not None else 2**62
    async for each in _found(services, given):
        if left <= 0:
            return
        left -= 1
        yield each


async def _found(services: Services, given: argparse.Namespace) -> AsyncIterator[Entry]:
    if given.like is not None:
        for each in await directory.find(services, given.like):
            if _is_wanted(each, given):
                yield each
        return
    after: str | None = None
    while found := await directory.page(
        services,
        after=after,
        most=500,
        only_disabled=given.disabled,
        only_admins=given.admins,
        only_unproven=given.unproven,
    ):
        for each in found:
            yield each
        after = found[-1].cursor


def _is_wanted(each: Entry, given: argparse.Namespace) -> bool:
    return (
        (each.disabled_at is not None or not given.disabled)
        and (each.is_admin or not given.admins)
        and (each.email_proven_at is None or not given.unproven)
    )


def _shown(each: Entry) -> dict[str, Any]:
    return asdict(each) | {name: saying.moment(value) for name, value in asdict(each).items() if name.endswith("_at")}


async def _whole(services: Services, entry: Entry) -> dict[str, Any]:
    ways = [_times(asdict(each)) for each in await directory.ways_of(services, entry.id)]
    sessions = [each.id for each in await logged_in.of_user(services, entry.id, now=clock.now())]
    return _shown(entry) | {"sessions": len(sessions), "ways_in": ways}


def _times(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: saying.moment(value) if name.endswith("_at") else value
        for name, value in row.items()
        if value is not None
    }


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_words(one)}" for name, one in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def _tell(each: dict[str, Any]) -> None:
    address = f"{each['email']}{'' if each['email_proven_at'] else ' (not confirmed)'}" if each["email"] else ""
    flags = [
        word
        for word, name in (("admin", "is_admin"), ("disabled", "disabled_at"), ("leaving", "leaves_at"))
        if each[name]
    ]
    saying.row(each["id"], each["username"], address, each["name"], " ".join(flags))

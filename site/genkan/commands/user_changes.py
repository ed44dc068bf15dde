"""`user disable`, `enable`, `delete`, `reset` and `admin`: what is done to one account?"""

import argparse
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from genkan import clock
from genkan.accounts import administration, directory
from genkan.accounts.administration import COMMAND
from genkan.accounts.directory import Entry
from genkan.accounts.services import Services
from genkan.commands import asking, opened, saying
from genkan.commands.opened import CannotDo


async def disable(root: Path, given: argparse.Namespace) -> int:
    async with _named(root, given) as (services, entry):
        await administration.disable(services, COMMAND, entry.id, now=clock.now(), force=given.force)
    return _done(given, entry, "is disabled, and logged out everywhere")


async def enable(root: Path, given: argparse.Namespace) -> int:
    async with _named(root, given) as (services, entry):
        await administration.enable(services, COMMAND, entry.id, now=clock.now())
    return _done(given, entry, "is enabled")


async def delete(root: Path, given: argparse.Namespace) -> int:
    async with _named(root, given) as (services, entry):
        if not asking.is_sure(f"Delete {_called(entry)}, with everything in it, for good?", said_yes=given.yes):
            raise CannotDo("Nothing was done.")
        await administration.delete(services, COMMAND, entry.id, now=clock.now(), force=given.force)
    return _done(given, entry, "is deleted")


async def reset(root: Path, given: argparse.Namespace) -> int:
    """A link that could not be mailed is the result: on standard output, and nowhere else."""
    settings = opened.settings(root)
    async with _named(root, given) as (services, entry):
        path = await administration.reset(services, COMMAND, entry.id, now=clock.now())
    link = f"{settings.base_url}{path}" if path else None
    if given.json:
        saying.as_json({"id": entry.id, "mailed_to": None if link else entry.email, "link": link})
    elif link is None:
        saying.told(
            f"{_called(entry)}: password and sessions are over; a link to a new password goes to {entry.email}."
        )
    else:
        saying.refused(
            f"{_called(entry)}: password and sessions are over. No mail can be sent; hand this link over. "
            "It works once, for three days, for whoever has it:"
        )
        saying.told(link)
    return 0


async def admin(root: Path, given: argparse.Namespace) -> int:
    async with _named(root, given) as (services, entry):
        await administration.set_admin(
            services, COMMAND, entry.id, not given.take_away, now=clock.now(), force=given.force
        )
    return _done(given, entry, "is no admin (any more)" if given.take_away else "is an admin: /admin is open to them")


@contextlib.asynccontextmanager
async def _named(root: Path, given: argparse.Namespace) -> AsyncIterator[tuple[Services, Entry]]:
    """Raises NoSuchUser, SeveralUsers."""
    async with opened.services(root) as services:
        yield services, await directory.the_one(services, given.user)


def _called(entry: Entry) -> str:
    return f"{entry.username or entry.id} ({entry.name})"


def _done(given: argparse.Namespace, entry: Entry, what: str) -> int:
    saying.result(given.json, {"id": entry.id, "username": entry.username}, f"{_called(entry)} {what}.")
    return 0

"""What does each verb of `python3 run.py invite` do? Makes an invitation, lists them, takes one back."""

import argparse
from pathlib import Path
from typing import Any, Final

from genkan import clock
from genkan.accounts import invitations
from genkan.accounts.acts import COMMAND
from genkan.accounts.invitations import Invitation
from genkan.commands import opened, saying
from genkan.commands.opened import CannotDo
from genkan.errors import NotFound
from genkan.settings import Settings

DAY: Final = 86_400  # seconds


async def create(root: Path, given: argparse.Namespace) -> int:
    known = opened.settings(root)
    if given.email is not None and not known.can_mail:
        raise CannotDo("There is no SMTP_URL to mail it by. Leave --email out, and hand the link over yourself.")
    async with opened.services(root, known) as services:
        now = clock.now()
        made = await invitations.create(
            services, COMMAND, note=given.note, email=given.email, most=given.count, lasts=given.days * DAY, now=now
        )
    link = f"{known.base_url}{made.link}" if made.link else None
    if given.json:
        saying.as_json(
            {"id": made.id, "link": link, "email": given.email, "ends_at": saying.moment(now + given.days * DAY)}
        )
    elif link:
        saying.told(
            f"{link}\n\nGood for {_accounts(given.count)} and {_days(given.days)}. It is shown this once. Its id: {made.id}"
        )
    else:
        saying.told(f"On its way to {given.email}; good for {_days(given.days)}. Its id: {made.id}")
    _warn(known)
    return 0


async def list_all(root: Path, given: argparse.Namespace) -> int:
    async with opened.services(root) as services:
        now = clock.now()
        found = await invitations.all(services, now=now)
    if given.json:
        saying.as_json([_document(each, now) for each in found])
        return 0
    for each in found:
        to = f"  {each.email}" if each.email else ""
        note = f"  {each.note}" if each.note else ""
        saying.told(
            f"{each.id}  {_state(each, now):<9}  {each.used}/{each.most}  {saying.moment(each.expires_at)}{to}{note}"
        )
    if not found:
        saying.told("There are no invitations.")
    return 0


async def withdraw(root: Path, given: argparse.Namespace) -> int:
    async with opened.services(root) as services:
        try:
            await invitations.withdraw(services, COMMAND, given.id, now=clock.now())
        except NotFound:
            raise CannotDo(f"There is no invitation {given.id}, or it was withdrawn before.") from None
    if given.json:
        saying.as_json({"id": given.id, "state": "withdrawn"})
    else:
        saying.told("Withdrawn. Accounts that were made with it stay.")
    return 0


def _warn(known: Settings) -> None:
    if known.signup == "closed":
        saying.refused("SIGNUP=closed: nobody can use it. Invitations count with SIGNUP=invitation.")
    elif known.signup == "open":
        saying.refused("SIGNUP=open: nobody needs it.")


def _document(each: Invitation, now: int) -> dict[str, Any]:
    return {
        "id": each.id,
        "state": _state(each, now),
        "note": each.note,
        "email": each.email,
        "accounts": each.used,
        "most": each.most,
        "created_at": saying.moment(each.created_at),
        "created_by": each.created_by,
        "ends_at": saying.moment(each.expires_at),
    }


def _state(each: Invitation, now: int) -> str:
    if each.withdrawn_at is not None:
        return "withdrawn"
    if each.used >= each.most:
        return "used"
    return "expired" if each.expires_at <= now else "open"


def _accounts(count: int) -> str:
    return "one account" if count == 1 else f"{count} accounts"


def _days(days: int) -> str:
    return "one day" if days == 1 else f"{days} days"

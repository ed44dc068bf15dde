"""`user create`: how is an account made from the command line?"""

import argparse
from pathlib import Path

from genkan import clock
from genkan.accounts import creation
from genkan.accounts.administration import COMMAND
from genkan.accounts.creation import Asked
from genkan.commands import asking, opened, saying


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", required=True, help="as the person writes it")
    parser.add_argument("--email", default="", help="a claim, until its mailbox answers")
    parser.add_argument("--username", default="", help="to log in with")
    parser.add_argument("--proven", action="store_true", help="you know that the address is theirs")
    parser.add_argument("--invite-by-mail", action="store_true", help="no password: a mail has a link to choose one")
    parser.add_argument("--language", default="en", metavar="CODE", help="of mails to them (en)")


async def create(root: Path, given: argparse.Namespace) -> int:
    async with opened.services(root) as services:
        password = None if given.invite_by_mail else asking.password()
        asked = Asked(
            name=given.name,
            email=given.email,
            username=given.username,
            password=password,
            is_proven=given.proven,
            language=given.language,
        )
        user_id = await creation.create(services, COMMAND, asked, now=clock.now())
    saying.result(given.json, {"id": user_id}, user_id)
    return 0

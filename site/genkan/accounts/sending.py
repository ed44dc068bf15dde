"""What becomes of a mail that was written? One process takes it, sends it, and it is gone; or it is tried again, for a day."""

import secrets
from typing import Final

from genkan.accounts import mailed
from genkan.accounts.mailed import CONFIRM, INVITATION, RESET, STAY, UNDO, VERIFY, Carried
from genkan.accounts.services import Services
from genkan.records import outbox
from genkan.records.outbox import Kept, Post

__all__ = [
    "CLAIMED",
    "KEPT",
    "Carried",
    "Kept",
    "Post",
    "as_written",
    "by_id",
    "carried",
    "claim",
    "give_up",
    "is_alive",
    "newest",
    "postpone",
    "release",
    "sent",
]

CLAIMED: Final = 120  # seconds that a process has for one mail; then another one takes it
TRIED: Final = 86_400  # seconds that a mail is tried for
KEPT: Final = 14 * 86_400  # seconds that mails are kept which were given up, and in development those that were sent
FIRST_WAIT: Final = 60  # seconds until the second try; doubled each time
LONGEST_WAIT: Final = 3600  # seconds
SHOWN: Final = 100  # mails, of a list
# Mails that are nothing without their code or link. All others tell something that stays true.
NEED_TOKEN: Final = {"verify": VERIFY, "reset": RESET, "confirm": CONFIRM, "leaving": STAY, "invitation": INVITATION}


async def claim(services: Services, *, now: int) -> Post | None:
    """The mail that has been due the longest, for this process alone; None where none is due."""
    while await outbox.due(services.db, now=now):
        post = await outbox.claim(services.db, now=now, until=now + CLAIMED)
        if post is not None:
            return post
    return None


async def carried(services: Services, post: Post, *, now: int) -> Carried | None:
    """The mail's code and link; None where it is worth nothing any more, since they have run out or were used."""
    found = await mailed.carried(services, post.token_id, now=now) if post.token_id else None
    if found is None and post.template not in NEED_TOKEN:
        return Carried("", "")
    return found


async def sent(services: Services, post: Post, *, keep: bool, now: int) -> None:
    """keep: in development, to be looked at."""
    if keep:
        await outbox.keep(services.db, id=post.id, now=now)
    else:
        await outbox.remove(services.db, post.id)


async def postpone(services: Services, post: Post, *, now: int) -> bool:
    """To be tried again after 1, 2, 4, 8 … minutes and a bit; False where it was tried for a day, and is given up."""
    wait = min(FIRST_WAIT << min(post.tries - 1, 10), LONGEST_WAIT)
    return await _again(services, post, due_at=now + wait + secrets.randbelow(wait // 4), tries=post.tries, now=now)


async def release(services: Services, post: Post, *, now: int) -> bool:
    """As if it had not been tried: nobody takes any mail just now. False where it is a day old, and is given up."""
    return await _again(services, post, due_at=now, tries=post.tries - 1, now=now)


async def give_up(services: Services, post: Post, *, now: int) -> None:
    await outbox.give_up(services.db, id=post.id, now=now)


async def newest(services: Services) -> list[Kept]:
    """The newest first, sent or not."""
    return await outbox.newest(services.db, most=SHOWN)


async def by_id(services: Services, id: str) -> Kept | None:
    return await outbox.by_id(services.db, id)


def as_written(services: Services, kept: Kept) -> Carried:
    """What a mail carried when it was written, used up or not."""
    if kept.token_id is None:
        return Carried("", "")
    return mailed.carry(services.mail_key(kept.created_at), kept.token_id, NEED_TOKEN.get(kept.template, UNDO))


async def is_alive(services: Services, kept: Kept, *, now: int) -> bool:
    """Whether its code and link still count."""
    return kept.token_id is not None and await mailed.carried(services, kept.token_id, now=now) is not None


async def _again(services: Services, post: Post, *, due_at: int, tries: int, now: int) -> bool:
    if now - post.created_at >= TRIED:
        await give_up(services, post, now=now)
        return False
    await outbox.postpone(services.db, id=post.id, due_at=due_at, tries=tries)
    return True

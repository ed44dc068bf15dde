"""How does a mailbox answer? By a mailed code that is typed, or a mailed link: single-use, with an end, for one purpose.

Neither stands in the database. Both are derived from the row's id by a key of the secret; the row only recognises them.
"""

import base64
import hmac
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from genkan.accounts import outbox
from genkan.accounts.addresses import Address
from genkan.accounts.digests import digest, keyed, random_id
from genkan.accounts.services import Services
from genkan.errors import CodeEmpty, CodeExpired, CodeWrong, LinkExpired
from genkan.records import mailed_tokens
from genkan.records.mailed_tokens import Mailed

TRIES: Final = 5  # wrong codes; then it is dead
AGAIN_AFTER: Final = 60  # seconds until another may be asked for
DIGITS: Final = 8  # of a code: 26 bits
BETWEEN: Final = re.compile(r"[\s-]+")  # what may stand between the digits
LONGEST: Final = 64  # characters of a code that are looked at


@dataclass(frozen=True, slots=True)
class Purpose:
    """name: in the table, and of the mail's template; lasts: seconds; path: where the link leads, before its token.

    has_code: whether the mail shows the code.
    """

    name: str
    lasts: int
    path: str
    has_code: bool = False


VERIFY: Final = Purpose("verify", 900, "/verify/", has_code=True)
RESET: Final = Purpose("reset", 900, "/reset/", has_code=True)
CONFIRM: Final = Purpose("confirm", 600, "", has_code=True)  # a code only
UNDO: Final = Purpose("undo", 72 * 3600, "/undo/")  # a link only
STAY: Final = Purpose("stay", 14 * 86_400, "/stay/")  # a link only
HANDED: Final = Purpose("handed", 72 * 3600, "/reset/")  # a link only, from the team: sets a password
INVITATION: Final = Purpose("invitation", 7 * 86_400, "/invitation/")  # a link only (invitations.py)
PURPOSES: Final = {each.name: each for each in (VERIFY, RESET, CONFIRM, UNDO, STAY, HANDED, INVITATION)}


@dataclass(frozen=True, slots=True)
class Pending:
    """What was mailed and still counts. again_in: seconds until another may be asked for, 0: at once.

    has_tries: whether its code may still be typed.
    """

    address: str
    again_in: int
    has_tries: bool


async def issue(
    services: Services,
    purpose: Purpose,
    *,
    user_id: str | None,
    address: Address,
    holder: str,
    now: int,
    change_id: str | None = None,
) -> str:
    """A new code and link, in the caller's transaction; the holder's earlier ones of this purpose are dead.

    holder: who may type the code: a user's id, or the value of a browser's own cookie. Returns the id, for the mail.
    """
    id = random_id()
    key = services.mail_key(now)
    await mailed_tokens.remove_of_holder(services.db, holder_hash=digest(holder), purpose=purpose.name)
    await mailed_tokens.add(
        services.db,
        id=id,
        purpose=purpose.name,
        user_id=user_id,
        email=address.written,
        email_key=address.key,
        holder_hash=digest(holder),
        link_hash=digest(link_token(key, id)),
        code_hash=_code_hash(services.digest_key(now), id, code(key, id)),
        change_id=change_id,
        now=now,
        expires_at=now + purpose.lasts,
    )
    return id


async def send(
    services: Services,
    purpose: Purpose,
    *,
    user_id: str | None,
    address: Address,
    holder: str,
    language: str,
    now: int,
    **details: str | int | None,
) -> None:
    """Issue and mail, in the caller's transaction: the template has the purpose's name."""
    id = await issue(services, purpose, user_id=user_id, address=address, holder=holder, now=now)
    await outbox.put(
        services,
        template=purpose.name,
        user_id=user_id,
        recipient=address.written,
        language=language,
        token_id=id,
        now=now,
        minutes=purpose.lasts // 60,
        **details,
    )


async def by_link(services: Services, link: str, purpose: Purpose, *, now: int) -> Mailed:
    """What a link stands for; it is not used up by this. Raises LinkExpired: unknown, used and old are one."""
    found = await mailed_tokens.by_link(services.db, link_hash=digest(link), purpose=purpose.name, now=now)
    if found is None:
        raise LinkExpired
    return found


async def by_code(services: Services, typed: str, purpose: Purpose, *, holder: str, now: int) -> Mailed:
    """What a code stands for, and one try counted, outside any transaction. Raises CodeEmpty, CodeWrong, CodeExpired.

    typed: digits, however they are spaced. It is not used up by this: `take` does that, in the verb's transaction.
    """
    digits = BETWEEN.sub("", unicodedata.normalize("NFKC", typed[:LONGEST]))
    if not digits:
        raise CodeEmpty
    tried = await mailed_tokens.count_try(
        services.db, holder_hash=digest(holder), purpose=purpose.name, now=now, most=TRIES
    )
    if tried is None:
        raise CodeExpired
    hashes = [_code_hash(key, tried.id, digits) for key in services.digest_keys]  # either secret may have made it
    is_right = any(hmac.compare_digest(each, tried.code_hash) for each in hashes)
    if tried.user_id is None or not is_right:
        raise CodeWrong
    return tried


async def take(services: Services, found: Mailed, *, now: int) -> Mailed:
    """Use it up, in the caller's transaction. Raises LinkExpired where somebody else was quicker."""
    taken = await mailed_tokens.take(services.db, id=found.id, now=now)
    if taken is None:
        raise LinkExpired
    return taken


@dataclass(frozen=True, slots=True)
class Carried:
    """What a mail carries. path: of its link, code: eight digits; "" where it has none."""

    path: str
    code: str


async def carried(services: Services, id: str, *, now: int) -> Carried | None:
    """What the mail with this token carries; None where the token was used, replaced, or has run out."""
    found = await mailed_tokens.by_id(services.db, id)
    if found is None or found.expires_at <= now:
        return None
    for key in services.mail_keys:  # the secret may have been changed since the mail was written
        if digest(link_token(key, id)) == found.link_hash:
            return carry(key, id, PURPOSES[found.purpose])
    return None


def carry(key: bytes, id: str, purpose: Purpose) -> Carried:
    return Carried(
        path=f"{purpose.path}{link_token(key, id)}" if purpose.path else "",
        code=code(key, id) if purpose.has_code else "",
    )


async def pending(services: Services, purpose: Purpose, *, holder: str, now: int) -> Pending | None:
    """What was mailed for this holder last, and still counts."""
    found = await mailed_tokens.of_holder(services.db, holder_hash=digest(holder), purpose=purpose.name, now=now)
    if found is None:
        return None
    return Pending(found.email, again_in=max(0, found.created_at + AGAIN_AFTER - now), has_tries=found.tries < TRIES)


def link_of(services: Services, found: Mailed) -> str:
    """The last part of the link of what a code stands for."""
    newest, *older = zip(services.mail_keys, services.digest_keys, strict=True)
    made = (key for key, other in older if _code_hash(other, found.id, code(key, found.id)) == found.code_hash)
    return link_token(next(made, newest[0]), found.id)


def link_token(key: bytes, id: str) -> str:
    """The last part of the link: 43 characters."""
    return base64.urlsafe_b64encode(_derived(key, "link", id)).rstrip(b"=").decode()


def code(key: bytes, id: str) -> str:
    return f"{int.from_bytes(_derived(key, 'code', id)[:8]) % 10**DIGITS:0{DIGITS}d}"


def _derived(key: bytes, what: str, id: str) -> bytes:
    return hmac.digest(key, f"{what}\0{id}".encode(), "sha256")


def _code_hash(key: bytes, id: str, typed: str) -> str:
    return keyed(key, "mailed code", id, typed)

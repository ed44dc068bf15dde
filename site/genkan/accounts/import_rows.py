"""What does one row of an import say? One account, in our own form; or every reason why it cannot be one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from genkan.accounts import addresses, foreign, names
from genkan.accounts.addresses import Address
from genkan.accounts.digests import digest
from genkan.accounts.import_values import Identity, Row, identities, moment
from genkan.accounts.names import Username

COLUMNS: Final = (
    "id",
    "name",
    "email",
    "email_proven",
    "username",
    "password_hash",
    "provider",
    "identity",
    "issuer",
    "identities",
    "created_at",
    "disabled",
)
NAMELESS: Final = "–"
ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Person:
    """id: None for a new one; hash: as it will be kept, None for none; remarks: what the team should know, in sentences."""

    id: str | None
    name: str
    email: Address | None
    is_proven: bool
    username: Username | None
    hash: str | None
    identities: tuple[Identity, ...]
    created_at: int
    is_disabled: bool
    remarks: tuple[str, ...]


class Faulty(Exception):
    """The row cannot become an account. faults: one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def read(values: Mapping[str, str], *, trust_emails: bool, issuers: Mapping[str, str], now: int) -> Person:
    """values: by the names of COLUMNS; issuers: of the providers that are set up here, by name.

    trust_emails: whether `email_proven` counts; else every address is a claim. Raises Faulty.
    """
    row = Row(values)
    person = _person(row, trust_emails=trust_emails, issuers=issuers, now=now)
    if person.hash is not None and person.username is None and not row.text("username"):
        row.faults.append("password_hash needs a username, or an email that one can be made of")
    if not row.faults and not _can_come_in(person):
        row.faults.append("there is no username, no identity and no email that is proven: nobody could log in")
    if row.faults:
        raise Faulty(row.faults)
    return person


def _person(row: Row, *, trust_emails: bool, issuers: Mapping[str, str], now: int) -> Person:
    """As far as it can be read: what is wrong stands in row.faults."""
    remarks: list[str] = []
    email = row.asked("email", addresses.parse)
    hash = row.asked("password_hash", lambda text: None if text.startswith("!") else foreign.accepted(text))
    username = row.asked("username", names.username) or _made_username(row, email, hash, remarks)
    says_proven = row.flag("email_proven") and email is not None
    if says_proven and not trust_emails:
        remarks.append("email_proven is not trusted: the address is a claim")
    created_at = row.asked("created_at", lambda text: moment(text, now=now))
    return Person(
        id=row.asked("id", _id),
        name=row.asked("name", names.person) or _made_name(row, email, username),
        email=email,
        is_proven=says_proven and trust_emails,
        username=username,
        hash=hash,
        identities=identities(row, issuers),
        created_at=now if created_at is None else created_at,
        is_disabled=row.flag("disabled"),
        remarks=tuple(remarks),
    )


def _can_come_in(person: Person) -> bool:
    """By a way, or by a mailed link to one. An address that is only a claim is nobody's, and would come in again each time."""
    return person.username is not None or bool(person.identities) or person.is_proven


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise ValueError("id must be letters, digits, _ and -, at most 64")
    return text


def _made_username(row: Row, email: Address | None, hash: str | None, remarks: list[str]) -> Username | None:
    """A password needs a username: from the address, the same each time."""
    if email is None or hash is None or row.text("username"):
        return None
    plain = "".join(letter for letter in email.key.split("@")[0] if names.USERNAME.fullmatch(letter))
    made = names.username(f"{plain[:20] or 'user'}-{''.join(filter(str.isalnum, digest(email.key)))[:6].lower()}")
    remarks.append(f"there is no username: it is {made.written}")
    return made


def _made_name(row: Row, email: Address | None, username: Username | None) -> str:
    """Where none is given: the username, or the beginning of the address."""
    if username is not None:
        return username.written
    return email.written.split("@")[0][: names.NAME_LONGEST] if email is not None else NAMELESS

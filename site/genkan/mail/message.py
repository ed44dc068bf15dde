"""How is a mail made? One recipient, text and HTML, and headers that nothing which people typed can add to."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Final

import idna

from genkan.mail.faults import Never

LONGEST_SUBJECT: Final = 60  # characters; a phone shows no more
LONGEST_ADDRESS: Final = 254  # characters (RFC 5321 §4.5.3.1.3)
LONGEST_LOCAL: Final = 64  # bytes before the @ (RFC 5321 §4.5.3.1.1)
POLICY: Final = SMTPUTF8.clone(cte_type="7bit")  # no server on the way has to change anything
# Atoms with dots between them (RFC 5322 §3.2.3), and letters of any script (RFC 6532): no quotes, no commas, no brackets.
LOCAL: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent. id: of the outbox; sender, recipient: addresses; at: unix seconds."""

    id: str
    sender_name: str
    sender: str
    recipient: str
    language: str
    subject: str
    text: str
    html: str
    at: int


def composed(letter: Letter) -> EmailMessage:
    """The message. A second copy of the same mail has the same Message-ID. Raises Never for an impossible address."""
    sender, recipient = _address(letter.sender, letter.sender_name), _address(letter.recipient)
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = _line(letter.subject, LONGEST_SUBJECT)
    message["Date"] = datetime.fromtimestamp(letter.at, UTC)
    message["Message-ID"] = f"<{letter.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no answer by a machine
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = letter.language
    return message


def _address(written: str, name: str = "") -> Address:
    """With its domain in ASCII (RFC 5891), so that only a local part in another script needs SMTPUTF8."""
    local, _, domain = written.rpartition("@")
    if len(written) > LONGEST_ADDRESS or len(local.encode()) > LONGEST_LOCAL or not LOCAL.fullmatch(local):
        raise Never("address")
    try:
        domain = idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise Never("address") from None
    return Address(display_name=_line(name, LONGEST_SUBJECT), username=local, domain=domain)


def _line(text: str, longest: int) -> str:
    """One line, without what ends, turns or hides it."""
    shown = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text)
    return " ".join(shown.split())[:longest]

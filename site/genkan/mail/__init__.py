"""How does a mail leave the house? Made by `composed`, sent by a `Line` to the SMTP server; knows nothing of the rest."""

from genkan.mail.faults import MailFault, Never, NotNow, Unreachable
from genkan.mail.handshake import handshake
from genkan.mail.message import LONGEST_SUBJECT, Letter, composed
from genkan.mail.smtp import Line, Server

__all__ = [
    "LONGEST_SUBJECT",
    "Letter",
    "Line",
    "MailFault",
    "Never",
    "NotNow",
    "Server",
    "Unreachable",
    "composed",
    "handshake",
]

"""Would mails be taken? The handshake with the SMTP server as far as the sender; no mail is sent."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from genkan import mail
from genkan.commands.checks.around import OFFLINE, Around
from genkan.commands.checks.finding import Finding, fault, ok, skipped, warning

# By the step that failed: what is said, and what to do.
STEPS: Final = {
    "connect": (
        "mail.server",
        "the SMTP server does not answer ({reason})",
        "look whether host and port of SMTP_URL are right, and whether this machine may reach them",
    ),
    "tls": (
        "mail.tls",
        "the connection to the SMTP server cannot be encrypted ({reason})",
        "name a server that offers STARTTLS (smtp://…:587) or TLS (smtps://…:465), by the name in its certificate",
    ),
    "login": (
        "mail.login",
        "the SMTP server refuses user or password ({reason})",
        "correct them in SMTP_URL; special letters as %40 and so on",
    ),
    "sender": (
        "mail.sender",
        "the SMTP server does not take mails from MAIL_FROM ({reason})",
        "let this user send from that address, or set MAIL_FROM to one that it may send from",
    ),
}


async def findings(around: Around) -> list[Finding]:
    settings = around.settings
    if not settings.is_production:
        return [skipped("mail", "in development mails stay here, at /dev/mail")]
    if settings.smtp_url is None or settings.mail_from is None:
        return [
            warning(
                "mail",
                "no mail is sent: nobody can reset a password or confirm an address",
                "set SMTP_URL and MAIL_FROM",
            )
        ]
    if not around.online:
        return [skipped("mail", OFFLINE)]
    server = mail.Server(settings.smtp_url, settings.mail_from.rpartition("@")[2], around.tls, around.patience)
    return [await _handshake(server, settings.mail_from, around.patience)]


async def _handshake(server: mail.Server, sender: str, patience: float) -> Finding:
    try:
        async with asyncio.timeout(patience):
            await mail.handshake(server, sender)
    except mail.Unreachable as error:
        return _failed(error.reason)
    except TimeoutError:
        return _failed("connect.time-out")
    return ok("mail.server", f"{urlsplit(server.url).hostname} takes mails from {sender}")


def _failed(reason: str) -> Finding:
    step, _, why = reason.partition(".")
    name, text, todo = STEPS[step]
    return fault(name, text.format(reason=why), todo)

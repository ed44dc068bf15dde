"""How do tests receive mail? A real SMTP server in this process, that keeps what comes and misbehaves as it is told."""

import asyncio
import contextlib
import email
import logging
import re
import ssl
import warnings
from collections import Counter
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from genkan.mail import Letter

logging.getLogger("mail").propagate = False  # its own lines are no lines of ours
SPACED = re.compile(r"^(\d{4} \d{4})$", re.MULTILINE)
LINK = re.compile(r"http\S+/(?:verify|reset|undo|stay)/\S+")

LETTER = Letter(
    id="an-id_of-the-outbox",
    sender_name="Genkan",
    sender="no-reply@id.example.com",
    recipient="hanako@example.com",
    language="ja",
    subject="Confirm your email address",
    text="1234 5678\n",
    html="<p>1234 5678</p>",
    at=1_790_000_000,
)


class Sink:
    """A handler of aiosmtpd. rcpt, data: what it says to the next ones, in turn; then it takes everything."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.rcpt: list[str] = []
        self.data: list[str] = []
        self.always: str | None = None  # to every mail, instead of taking it
        self.logins: list[LoginPassword] = []
        self.was_encrypted: list[bool] = []
        self.lines = 0  # connections
        self.freed = asyncio.Event()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = self.rcpt.pop(0) if self.rcpt else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        what = self.always or (self.data.pop(0) if self.data else "250 OK")
        if what.startswith("hang"):
            await self.freed.wait()
            what = what.removeprefix("hang, then ")
        if what == "drop":
            self._cut(server)
        if not what.startswith(("250", "taken")):
            return what
        self.envelopes.append(envelope)
        self.was_encrypted.append(session.ssl is not None)
        assert isinstance(envelope.content, bytes)
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        if what == "taken, then dropped":
            await server.push("250 OK")
            self._cut(server)
        if what == "taken, not said":
            self._cut(server)
        return "250 OK"

    def _cut(self, server: SMTP) -> None:
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        self.logins.append(given)
        return AuthResult(success=given.password == b"p@ss word", handled=False)

    @property
    def recipients(self) -> Counter[str]:
        return Counter(address for envelope in self.envelopes for address in envelope.rcpt_tos)


@contextlib.asynccontextmanager
async def receiving(
    sink: Sink, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """The port. tls: from the first byte; for STARTTLS give tls_context."""
    servers: list[SMTP] = []

    def made() -> SMTP:
        sink.lines += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            options.setdefault("enable_SMTPUTF8", True)
            servers.append(SMTP(sink, hostname="sink", loop=asyncio.get_running_loop(), **options))
        return servers[-1]

    server = await asyncio.get_running_loop().create_server(made, host, port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        sink.freed.set()
        server.close()
        for each in servers:
            if isinstance(each.transport, asyncio.Transport):
                each.transport.abort()
        await asyncio.sleep(0)


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def secrets_of(message: EmailMessage) -> list[str]:
    """The codes and links of a mail, as a reader sees them."""
    text = part(message, "plain")
    codes = [each.replace(" ", "") for each in SPACED.findall(text)]
    return [*codes, *(link.rpartition("/")[2] for link in LINK.findall(text))]

"""How is a mail handed over? By SMTP (RFC 5321), encrypted unless the server is this machine, in a bounded time."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from genkan.mail.faults import MailFault, Never, NotNow, Unreachable

CONNECTING: Final = 10.0  # seconds, for each step until mail can be sent
SENDING: Final = 30.0  # seconds, for one mail
LEAVING: Final = 2.0  # seconds, for the last words
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
PORTS: Final = {"smtp": 587, "smtps": 465}
# Refusals that are about us, not about the mail: log in first, log in better, encrypt first.
ABOUT_US: Final = frozenset({421, 530, 534, 535, 538})


class Line(Protocol):
    """Something that takes one mail after the other."""

    async def send(self, message: EmailMessage) -> None:
        """Raises Unreachable, NotNow, Never."""


@dataclass(frozen=True, slots=True)
class Server:
    """url: smtp://user:password@host:587 (STARTTLS) or smtps://…:465. name: what we say we are; tls: how it is verified."""

    url: str
    name: str = "localhost"
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    connecting: float = CONNECTING
    sending: float = SENDING

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """A connection for as many mails as there are; it is made when the first one is sent."""
        line = SMTPLine(self)
        try:
            yield line
        finally:
            await line.hang_up()

    def client(self) -> aiosmtplib.SMTP:
        parts = urlsplit(self.url)
        is_implicit = parts.scheme == "smtps"
        return aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=self.connecting,
            use_tls=is_implicit,
            start_tls=not is_implicit and parts.hostname not in LOOPBACK,
            local_hostname=self.name,
            tls_context=self.tls,
        )


class SMTPLine:
    """One connection to the server."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client = server.client()

    async def send(self, message: EmailMessage) -> None:
        """Returns when the server has taken it. Raises Unreachable, NotNow, Never."""
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        limit = self._server.sending
        with self._connecting():
            async with asyncio.timeout(self._server.connecting):
                await self._ready()
        with self._sending():
            async with asyncio.timeout(limit):
                await self._client.send_message(message, sender=sender, recipients=[recipient], timeout=limit)

    async def hang_up(self) -> None:
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            async with asyncio.timeout(LEAVING):
                await self._client.quit()
        self._client.close()

    async def _ready(self) -> None:
        """Connected: anew, where the server has ended the connection since the last mail."""
        with contextlib.suppress(aiosmtplib.SMTPException):
            if self._client.is_connected:
                await self._client.rset()
        if not self._client.is_connected:
            self._client = self._server.client()
            await self._client.connect()

    @contextlib.contextmanager
    def _connecting(self) -> Iterator[None]:
        try:
            yield
        except aiosmtplib.SMTPResponseException as error:
            self._client.close()
            raise Unreachable(f"connect.{error.code}") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()
            raise Unreachable(f"connect.{type(error).__name__}") from None

    @contextlib.contextmanager
    def _sending(self) -> Iterator[None]:
        try:
            yield
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refused("rcpt", error.recipients[0].code) from None
        except aiosmtplib.SMTPSenderRefused as error:
            raise Unreachable(f"from.{error.code}") from None
        except aiosmtplib.SMTPResponseException as error:
            raise _refused("data", error.code) from None
        except aiosmtplib.SMTPNotSupported:
            raise Never("smtputf8") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            self._client.close()  # what the server still says would be taken for the answer to the next mail
            raise NotNow(f"send.{type(error).__name__}") from None


def _refused(step: str, code: int) -> MailFault:
    if code in ABOUT_US:
        return Unreachable(f"{step}.{code}")
    return Never(f"{step}.{code}") if code >= 500 else NotNow(f"{step}.{code}")

"""Would the SMTP server take a mail of ours? As far as its sender, and no further: no mail is sent."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from genkan.mail.faults import Unreachable
from genkan.mail.smtp import LEAVING, LOOPBACK, Server


async def handshake(server: Server, sender: str) -> None:
    """sender: the address that mails come from.

    Raises Unreachable; its reason is the step that failed (connect, tls, login, sender), and what with: "login.535".
    """
    parts = urlsplit(server.url)
    async with _connected(server) as client:
        if parts.scheme == "smtp" and parts.hostname not in LOOPBACK:
            await _step("tls", client.starttls())
        if parts.username:
            await _step("login", client.login(unquote(parts.username), unquote(parts.password or "")))
        await _step("sender", client.mail(sender))


@contextlib.asynccontextmanager
async def _connected(server: Server) -> AsyncIterator[aiosmtplib.SMTP]:
    client = server.client()
    try:
        await _step("connect", client.connect(username=None, password=None, start_tls=False))
        yield client
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            async with asyncio.timeout(LEAVING):
                await client.rset()
                await client.quit()
    finally:
        client.close()


async def _step(name: str, work: Awaitable[Any]) -> None:
    try:
        await work
    except aiosmtplib.SMTPResponseException as error:
        raise Unreachable(f"{name}.{error.code}") from None
    except (aiosmtplib.SMTPException, OSError) as error:
        is_tls = isinstance(error.__cause__, ssl.SSLError) or "TLS" in str(error) or "certificate" in str(error)
        raise Unreachable(f"{'tls' if is_tls else name}.{type(error).__name__}") from None

"""Does `run.py check` find what is wrong with the mail server, without sending a mail? Real servers on real sockets. (N13)"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from browsing import free_socket
from certificates import certificate
from checked import around, said, wrong
from genkan.commands.checks import mailing
from genkan.commands.checks.finding import Finding
from smtp_sink import Sink, receiving

pytestmark = pytest.mark.anyio
USER = "genkan%40example.com:p%40ss%20word"
FROM = "no-reply@id.shop.test"


async def asked(url: str | None, tls: ssl.SSLContext | None = None, **changes: Any) -> list[Finding]:
    return await mailing.findings(around(Path(), tls=tls, smtp_url=url, mail_from=FROM, **changes))


def contexts(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    files = certificate(folder, host)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(*files)
    return ours, ssl.create_default_context(cafile=str(files[0]))


@contextlib.asynccontextmanager
async def speaking(*answers: bytes) -> AsyncIterator[int]:
    """A server that says these lines, one to each that it is told, and then nothing."""
    freed = asyncio.Event()

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer + b"\r\n")
            await reader.readline()
        await freed.wait()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    freed.set()
    server.close()
    await asyncio.sleep(0.01)


async def test_one_that_is_in_order_is_told_and_gets_no_mail(tmp_path: Path) -> None:
    for scheme in ("smtp", "smtps"):
        ours, theirs = contexts(tmp_path, "127.0.0.2")
        sink = Sink()
        how: dict[str, Any] = {"tls": ours, "auth_require_tls": False} if scheme == "smtps" else {"tls_context": ours}
        async with receiving(sink, host="127.0.0.2", authenticator=sink.authenticate, **how) as port:
            found = await asked(f"{scheme}://{USER}@127.0.0.2:{port}", theirs)
        assert [(each.name, each.state) for each in found] == [("mail.server", "ok")]
        assert (len(sink.logins), sink.mails) == (1, [])
        assert "p@ss" not in str(found)


async def test_nobody_there_and_one_who_hangs_are_told() -> None:
    with free_socket() as gone:
        url = f"smtp://127.0.0.1:{gone.getsockname()[1]}"
        assert wrong(await asked(url, patience=0.3)) == [("mail.server", "fault")]
    assert wrong(await asked(url)) == [("mail.server", "fault")]
    async with speaking(b"220 a", b"250 a") as port:
        found = await asked(f"smtp://127.0.0.1:{port}", patience=0.3)
    assert wrong(found) == [("mail.server", "fault")]


async def test_one_whose_last_word_does_not_come_is_in_order() -> None:
    async with speaking(b"220 a", b"250 a", b"250 sender", b"250 reset") as port:
        assert wrong(await asked(f"smtp://127.0.0.1:{port}", patience=5.0)) == []


async def test_a_server_without_encryption_is_told() -> None:
    async with receiving(Sink(), host="127.0.0.2") as port:
        assert wrong(await asked(f"smtp://127.0.0.2:{port}")) == [("mail.tls", "fault")]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_is_not_trusted_is_told(scheme: str, tmp_path: Path) -> None:
    ours, _ = contexts(tmp_path, "127.0.0.2")
    how: dict[str, Any] = {"tls": ours} if scheme == "smtps" else {"tls_context": ours}
    async with receiving(Sink(), host="127.0.0.2", **how) as port:
        assert wrong(await asked(f"{scheme}://127.0.0.2:{port}")) == [("mail.tls", "fault")]


async def test_a_wrong_password_is_told() -> None:
    sink = Sink()
    async with receiving(sink, authenticator=sink.authenticate, auth_require_tls=False) as port:
        found = await asked(f"smtp://genkan:wrong@127.0.0.1:{port}")
    assert wrong(found) == [("mail.login", "fault")]
    assert said(found, "mail.login").startswith("the SMTP server refuses user or password (535)")


async def test_a_sender_that_is_refused_is_told() -> None:
    async with speaking(b"220 a", b"250 a", b"550 Who?", b"221 Bye") as port:
        assert wrong(await asked(f"smtp://127.0.0.1:{port}")) == [("mail.sender", "fault")]


async def test_without_a_server_it_is_said_what_is_missing_for_that() -> None:
    assert wrong(await asked(None)) == [("mail", "warning")]
    assert [each.state for each in await asked("smtp://127.0.0.1:1", online=False)] == ["skipped"]
    assert [each.state for each in await asked(None, environment="development")] == ["skipped"]

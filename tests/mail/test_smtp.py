"""Is a mail handed over safely, in a bounded time, and is every failure known for what it is? (bar: F9; ASVS 12.3.1)"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from certificates import certificate
from genkan.mail import MailFault, Never, NotNow, Server, Unreachable, composed
from smtp_sink import LETTER, Sink, part, receiving

pytestmark = pytest.mark.anyio

USER = "genkan%40example.com:p%40ss%20word"
MAIL = composed(LETTER)


async def brought(server: Server, *messages: EmailMessage) -> None:
    async with server.line() as line:
        for message in messages or (MAIL,):
            await line.send(message)


async def fault(server: Server) -> tuple[type[MailFault], str]:
    with pytest.raises(MailFault) as raised:
        await brought(server)
    return type(raised.value), raised.value.reason


async def test_a_mail_arrives_at_one_person_with_both_parts() -> None:
    sink = Sink()
    async with receiving(sink) as port:
        await brought(Server(f"smtp://127.0.0.1:{port}"))
    assert (sink.envelopes[0].mail_from, sink.envelopes[0].rcpt_tos) == (LETTER.sender, [LETTER.recipient])
    assert (part(sink.mails[0], "plain"), part(sink.mails[0], "html")) == (LETTER.text, LETTER.html + "\n")
    assert sink.mails[0]["Message-ID"] == "<an-id_of-the-outbox@id.example.com>"


async def test_many_mails_go_over_one_connection() -> None:
    sink = Sink()
    async with receiving(sink) as port:
        await brought(Server(f"smtp://127.0.0.1:{port}"), MAIL, MAIL, MAIL)
    assert (len(sink.mails), sink.lines) == (3, 1)


async def test_a_connection_that_the_server_ended_is_made_anew() -> None:
    sink = Sink()
    sink.data = ["taken, then dropped"]
    async with receiving(sink) as port:
        await brought(Server(f"smtp://127.0.0.1:{port}"), MAIL, MAIL)
    assert (len(sink.mails), sink.lines) == (2, 2)


async def test_an_address_in_another_script_arrives_where_the_server_can_do_that() -> None:
    sink = Sink()
    async with receiving(sink) as port:
        await brought(Server(f"smtp://127.0.0.1:{port}"), composed(replace(LETTER, recipient="花子@例え.jp")))
    assert sink.envelopes[0].rcpt_tos == ["花子@xn--r8jz45g.jp"]


async def test_an_address_in_another_script_is_given_up_where_the_server_cannot() -> None:
    async with receiving(Sink(), enable_SMTPUTF8=False) as port:
        with pytest.raises(Never, match="smtputf8"):
            await brought(Server(f"smtp://127.0.0.1:{port}"), composed(replace(LETTER, recipient="花子@example.jp")))


@pytest.mark.parametrize(
    ("step", "answer", "kind", "reason"),
    [
        ("rcpt", "451 Later", NotNow, "rcpt.451"),
        ("rcpt", "550 Nobody", Never, "rcpt.550"),
        ("rcpt", "530 Log in", Unreachable, "rcpt.530"),
        ("data", "452 Full", NotNow, "data.452"),
        ("data", "554 No", Never, "data.554"),
        ("data", "421 Bye", Unreachable, "data.421"),
    ],
)
async def test_what_the_server_refuses_is_for_now_or_for_ever(
    step: str, answer: str, kind: type[MailFault], reason: str
) -> None:
    sink = Sink()
    setattr(sink, step, [answer])
    async with receiving(sink) as port:
        server = Server(f"smtp://127.0.0.1:{port}")
        assert await fault(server) == (kind, reason)
        await brought(server)
    assert len(sink.mails) == 1


async def test_after_a_refusal_the_same_connection_takes_the_next_mail() -> None:
    sink = Sink()
    sink.data = ["554 No"]
    async with receiving(sink) as port, Server(f"smtp://127.0.0.1:{port}").line() as line:
        with pytest.raises(Never):
            await line.send(MAIL)
        await line.send(MAIL)
    assert (len(sink.mails), sink.lines) == (1, 1)


async def test_a_connection_lost_while_sending_is_for_now() -> None:
    sink = Sink()
    sink.data = ["drop"]
    async with receiving(sink) as port:
        assert await fault(Server(f"smtp://127.0.0.1:{port}")) == (NotNow, "send.SMTPServerDisconnected")


async def test_a_sender_that_is_refused_is_no_fault_of_the_mail() -> None:
    async with speaking(b"220 a", b"250 a", b"550 Who?") as port:
        assert await fault(Server(f"smtp://127.0.0.1:{port}")) == (Unreachable, "from.550")


@contextlib.asynccontextmanager
async def speaking(*answers: bytes) -> AsyncIterator[int]:
    """A server that says these lines, one to each that it is told, and hangs up."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            writer.write(answer + b"\r\n")
            if not await reader.readline():
                break
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.sleep(0.01)


async def test_dropped_in_the_middle_of_the_text_is_for_now() -> None:
    async with speaking(b"220 a", b"250 a", b"250 a", b"250 a", b"354 go on") as port:
        assert await fault(Server(f"smtp://127.0.0.1:{port}")) == (NotNow, "send.SMTPServerDisconnected")


async def test_a_server_that_is_too_slow_is_for_now() -> None:
    sink = Sink()
    sink.data = ["hang"]
    async with receiving(sink) as port:
        assert await fault(Server(f"smtp://127.0.0.1:{port}", sending=0.2)) == (NotNow, "send.TimeoutError")


async def test_nobody_there_is_no_fault_of_the_mail() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        kind, reason = await fault(Server(f"smtp://127.0.0.1:{bound.getsockname()[1]}"))
    assert (kind, reason) == (Unreachable, "connect.SMTPConnectError")


async def test_one_who_answers_nothing_is_no_fault_of_the_mail() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        kind, reason = await fault(Server(f"smtp://127.0.0.1:{bound.getsockname()[1]}", connecting=0.2))
    assert kind is Unreachable
    assert "Timeout" in reason


async def test_a_greeting_that_refuses_is_no_fault_of_the_mail() -> None:
    async with speaking(b"554 Not today") as port:
        assert await fault(Server(f"smtp://127.0.0.1:{port}")) == (Unreachable, "connect.554")


def contexts(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's, and one that trusts it."""
    files = certificate(folder, host)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(*files)
    return ours, ssl.create_default_context(cafile=str(files[0]))


async def test_user_and_password_travel_over_TLS_from_the_first_byte(tmp_path: Path) -> None:
    ours, theirs = contexts(tmp_path, "127.0.0.1")
    sink = Sink()
    async with receiving(sink, tls=ours, authenticator=sink.authenticate, auth_require_tls=False) as port:
        await brought(Server(f"smtps://{USER}@127.0.0.1:{port}", tls=theirs))
    assert (sink.logins[0].login, sink.logins[0].password) == (b"genkan@example.com", b"p@ss word")
    assert len(sink.mails) == 1


async def test_to_another_machine_STARTTLS_comes_before_everything(tmp_path: Path) -> None:
    ours, theirs = contexts(tmp_path, "127.0.0.2")
    sink = Sink()
    async with receiving(sink, host="127.0.0.2", tls_context=ours, authenticator=sink.authenticate) as port:
        await brought(Server(f"smtp://{USER}@127.0.0.2:{port}", tls=theirs))
    assert sink.was_encrypted == [True]


async def test_to_another_machine_without_STARTTLS_nothing_is_said(tmp_path: Path) -> None:
    sink = Sink()
    async with receiving(sink, host="127.0.0.2", authenticator=sink.authenticate, auth_require_tls=False) as port:
        kind, _ = await fault(Server(f"smtp://{USER}@127.0.0.2:{port}"))
    assert (kind, sink.logins, sink.mails) == (Unreachable, [], [])


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_is_not_trusted_ends_it(tmp_path: Path, scheme: str) -> None:
    ours, _ = contexts(tmp_path, "127.0.0.2")
    sink = Sink()
    how: dict[str, Any] = {"tls": ours} if scheme == "smtps" else {"tls_context": ours}
    async with receiving(sink, host="127.0.0.2", authenticator=sink.authenticate, **how) as port:
        kind, _ = await fault(Server(f"{scheme}://{USER}@127.0.0.2:{port}"))
    assert (kind, sink.logins, sink.mails) == (Unreachable, [], [])


async def test_a_wrong_password_is_no_fault_of_the_mail() -> None:
    sink = Sink()
    async with receiving(sink, authenticator=sink.authenticate, auth_require_tls=False) as port:
        assert await fault(Server(f"smtp://genkan:wrong@127.0.0.1:{port}")) == (Unreachable, "connect.535")

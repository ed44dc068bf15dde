"""Does every mail arrive once, whatever the mail server does, and does no page ever wait for it? (RS-12, F9)"""

import asyncio
import contextlib
import io
import json
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from entrance import NOW, Browser, Clock, running, settings_for
from genkan import log, mail
from genkan.accounts import addresses, changes, mailed, outbox, sending
from genkan.accounts.services import Services, Visitor
from genkan.db import Database, DatabaseUnavailable
from genkan.postman import Mailbox, Pace, Postman
from genkan.records.users import User
from genkan.settings import Settings
from smtp_sink import Sink, part, receiving, secrets_of
from starlette.applications import Starlette

pytestmark = pytest.mark.anyio

NEXT_TRY = 80  # seconds: past the first wait, within every claim
QUICK = Pace(look_every=0.02, first_rest=0.01, longest_rest=0.05)
PATIENT = Pace(look_every=30)
VISITOR = Visitor(address="203.0.113.7", device="Firefox, Linux", language="ja")


def production(database_url: str, port: int, **more: Any) -> Settings:
    return settings_for(
        database_url,
        environment="production",
        base_url="https://id.example.com",
        dev_provider=False,
        smtp_url=f"smtp://127.0.0.1:{port}",
        mail_from="no-reply@id.example.com",
        **more,
    )


@contextlib.asynccontextmanager
async def sending_to(port: int, database_url: str, clock: Clock, pace: Pace = QUICK) -> AsyncIterator[Starlette]:
    async with running(production(database_url, port), clock=clock, pace=pace) as app:
        yield app


async def write(app: Starlette, number: int = 0, *, template: str = "login_new_device", **more: Any) -> None:
    services: Services = app.state.services
    async with services.db.transaction():
        await outbox.put(
            services,
            template=template,
            user_id=None,
            recipient=f"person{number}@example.com",
            language="en",
            now=app.state.now(),
            **more,
        )


async def ask(app: Starlette, purpose: mailed.Purpose = mailed.VERIFY) -> None:
    services: Services = app.state.services
    async with services.db.transaction():
        await mailed.send(
            services,
            purpose,
            user_id=None,
            address=addresses.parse("hanako@example.com"),
            holder="browser",
            language="ja",
            now=app.state.now(),
        )


async def rows(app: Starlette) -> list[dict[str, Any]]:
    found = await app.state.services.db._rows("SELECT * FROM outbox ORDER BY id", {})
    return [dict(row._mapping) for row in found]


async def until(is_so: Any, *, seconds: float = 20) -> None:
    """Returns when it is so; fails where that takes too long."""
    async with asyncio.timeout(seconds):
        while True:
            found = is_so()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.005)


def nothing_left(app: Starlette) -> Any:
    async def look() -> bool:
        return await rows(app) == []

    return look


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_mail_is_sent_at_once_and_its_row_is_gone(database_url: str, clock: Clock) -> None:
    sink = Sink()
    async with receiving(sink) as port, sending_to(port, database_url, clock, PATIENT) as app:
        began = time.monotonic()
        await ask(app)
        await until(nothing_left(app))
        assert time.monotonic() - began < PATIENT.look_every / 3
    assert sink.recipients == {"hanako@example.com": 1}
    code, link = secrets_of(sink.mails[0])
    assert (len(code), len(link)) == (8, 43)
    assert sink.mails[0]["Subject"] == "【Genkan】メールアドレスの確認"
    assert sink.mails[0]["From"] == "Genkan <no-reply@id.example.com>"


async def test_what_is_sent_is_what_counts(database_url: str, clock: Clock) -> None:
    sink = Sink()
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        await ask(app)
        await until(nothing_left(app))
        found = await mailed.by_link(app.state.services, secrets_of(sink.mails[0])[1], mailed.VERIFY, now=NOW)
        assert found.email == "hanako@example.com"


async def test_a_mail_written_before_the_secret_was_changed_carries_what_counts(
    database_url: str, clock: Clock
) -> None:
    old, new = (
        b"the old secret of these tests, 32 bytes: 01234567",
        b"the new secret of these tests, 32 bytes: 89012345",
    )
    sink = Sink()
    nowhere = production(database_url, free_port(), secret_key=old)
    async with running(nowhere, clock=clock, pace=QUICK) as app:
        await ask(app)
    async with receiving(sink) as port:
        changed = production(database_url, port, secret_key=new, secret_key_previous=old)
        async with running(changed, clock=clock, pace=QUICK) as app:
            await until(nothing_left(app))
            link = secrets_of(sink.mails[0])[1]
            assert (await mailed.by_link(app.state.services, link, mailed.VERIFY, now=NOW)).email
        assert len(sink.mails) == 1


async def test_a_mail_whose_secret_nobody_knows_any_more_is_given_up(database_url: str, clock: Clock) -> None:
    async with running(production(database_url, free_port()), clock=clock, pace=QUICK) as app:
        await ask(app)
    sink = Sink()
    async with receiving(sink) as port:
        changed = production(database_url, port, secret_key=b"another secret of these tests, 32 bytes: 0123")
        async with running(changed, clock=clock, pace=QUICK) as app:
            await until(lambda: is_dead(app))
    assert sink.mails == []


async def is_dead(app: Starlette) -> bool:
    return [row["dead_at"] is not None for row in await rows(app)] == [True]


@pytest.mark.parametrize("how", ["used", "old"])
async def test_a_mail_whose_code_is_worth_nothing_is_not_sent(database_url: str, clock: Clock, how: str) -> None:
    async with running(production(database_url, free_port()), clock=clock, pace=QUICK) as app:
        await ask(app)
        if how == "used":
            await app.state.services.db.run("DELETE FROM mailed_tokens")
    clock.now += 901 if how == "old" else 0
    sink = Sink()
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        await until(lambda: is_dead(app))
    assert sink.mails == []


async def test_a_warning_whose_link_was_used_is_sent_without_it(database_url: str, clock: Clock) -> None:
    async with running(production(database_url, free_port()), clock=clock, pace=QUICK) as app:
        await app.state.services.db.run("INSERT INTO users (id, name, created_at) VALUES ('u', 'Hana', 1)")
        async with app.state.services.db.transaction():
            await changes.made(
                app.state.services,
                VISITOR,
                "password_changed",
                user=User("u", "Hana", "hanako@example.com", NOW, None),
                now=NOW,
            )
        await app.state.services.db.run("DELETE FROM mailed_tokens")
    sink = Sink()
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        await until(nothing_left(app))
    text = part(sink.mails[0], "plain")
    assert "/undo/" not in text + part(sink.mails[0], "html")
    assert "203.0.113.7" in text
    assert "Firefox, Linux" in text


async def test_a_mail_that_is_taken_back_with_its_cause_is_not_sent(database_url: str, clock: Clock) -> None:
    sink = Sink()
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        with pytest.raises(RuntimeError):
            async with app.state.services.db.transaction():
                await outbox.put(
                    app.state.services, template="x", user_id=None, recipient="a@b.example", language="en", now=NOW
                )
                raise RuntimeError
        await write(app, 1)
        await until(nothing_left(app))
    assert sink.recipients == {"person1@example.com": 1}


async def test_a_refusal_for_now_is_tried_again_after_one_two_four_minutes(database_url: str, clock: Clock) -> None:
    sink = Sink()
    sink.data = ["451 Later"] * 3
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        await write(app)
        for tries, least in enumerate((60, 120, 240), start=1):
            await until(lambda tries=tries: was_tried(app, tries))
            waits = (await rows(app))[0]["due_at"] - clock.now
            assert least <= waits < least * 1.25
            clock.now += waits
        await until(nothing_left(app))
    assert sink.recipients == {"person0@example.com": 1}


async def was_tried(app: Starlette, tries: int) -> bool:
    return [(row["tries"], row["claimed_until"]) for row in await rows(app)] == [(tries, 0)]


async def test_the_wait_grows_to_an_hour_and_ends_after_a_day(database_url: str, clock: Clock) -> None:
    async with running(production(database_url, free_port()), clock=clock, pace=PATIENT) as app:
        services = app.state.services
        waits: list[int] = []
        post = sending.Post("an-id", "verify", "a@b.example", "en", "{}", None, NOW, 1)
        await services.db.run(
            "INSERT INTO outbox (id, template, recipient, language, details, created_at, due_at, tries, claimed_until)"
            " VALUES ('an-id', 'verify', 'a@b.example', 'en', '{}', :now, :now, 1, :later)",
            now=NOW,
            later=NOW + 10**6,
        )
        for tries in (1, 5, 7, 30):
            again = sending.Post(post.id, post.template, post.recipient, "en", "{}", None, NOW, tries)
            assert await sending.postpone(services, again, now=NOW + 86_399)
            waits.append((await rows(app))[0]["due_at"] - NOW - 86_399)
        assert [60 <= waits[0] < 75, 960 <= waits[1] < 1200] == [True, True]
        assert all(3600 <= wait < 4500 for wait in waits[2:])
        assert not await sending.postpone(services, post, now=NOW + 86_400)
        assert not await sending.release(services, post, now=NOW + 86_400)
        assert (await rows(app))[0]["dead_at"] == NOW + 86_400


async def test_a_refusal_for_ever_is_given_up_at_once_and_the_others_arrive(database_url: str, clock: Clock) -> None:
    sink = Sink()
    sink.rcpt = ["550 Nobody here"]
    written = io.StringIO()
    with log.to(written):
        async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
            await write(app, 0)
            await until(lambda: is_dead(app))
            await write(app, 1)
            await until(lambda: sink.recipients["person1@example.com"])
            await until(lambda: is_dead(app))
    line = next(json.loads(each) for each in written.getvalue().splitlines() if "mail given up" in each)
    assert (line["template"], line["reason"], line["level"]) == ("login_new_device", "rcpt.550", "warning")
    assert "person0" not in written.getvalue()


async def test_an_address_that_cannot_be_is_given_up(database_url: str, clock: Clock) -> None:
    sink = Sink()
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        services = app.state.services
        await outbox.put(
            services,
            template="verify",
            user_id=None,
            recipient="a@b.example\r\nBcc: c@d.example",
            language="en",
            now=NOW,
        )
        await outbox.put(
            services,
            template="recovered",
            user_id=None,
            recipient="a@b.example\r\nBcc: c@d.example",
            language="en",
            now=NOW,
        )
        await until(lambda: are_dead(app, 2))
    assert sink.mails == []


async def are_dead(app: Starlette, count: int) -> bool:
    return [row["dead_at"] is not None for row in await rows(app)] == [True] * count


async def test_a_mail_that_cannot_be_read_does_not_stop_the_others(database_url: str, clock: Clock) -> None:
    sink = Sink()
    written = io.StringIO()
    with log.to(written):
        async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
            await write(app, 0, template="there-is-no-such-template")
            await write(app, 1)
            await until(lambda: sink.mails)
            await until(lambda: was_tried(app, 1))
    assert "mail unreadable" in written.getvalue()
    assert sink.recipients == {"person1@example.com": 1}


@pytest.mark.parametrize("what", ["drop", "taken, then dropped"])
async def test_dropped_connections_lose_and_double_nothing(database_url: str, clock: Clock, what: str) -> None:
    sink = Sink()
    sink.data = [what] * 3
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        for number in range(10):
            await write(app, number)
        await until(lambda: len(sink.mails) >= 7)
        clock.now += NEXT_TRY
        await until(nothing_left(app))
    assert sink.recipients == Counter(f"person{number}@example.com" for number in range(10))


async def test_a_copy_that_the_server_took_without_saying_so_can_be_recognised(database_url: str, clock: Clock) -> None:
    sink = Sink()
    sink.data = ["taken, not said"]
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        await write(app)
        await until(lambda: was_tried(app, 1))
        clock.now += NEXT_TRY
        await until(nothing_left(app))
    assert len(sink.mails) == 2
    assert sink.mails[0]["Message-ID"] == sink.mails[1]["Message-ID"]


async def test_RS_12_ten_minutes_without_a_mail_server_slow_no_page_and_lose_no_mail(
    database_url: str, clock: Clock
) -> None:
    port, written = free_port(), io.StringIO()
    sink = Sink()
    with log.to(written):
        async with sending_to(port, database_url, clock) as app, Browser(app) as browser:
            for number in range(200):
                await write(app, number)
            slowest = 0.0
            for _ in range(20):
                began = time.monotonic()
                assert (await browser.get("/login")).status_code == 200
                slowest = max(slowest, time.monotonic() - began)
                clock.now += 30
                await asyncio.sleep(0.01)
            assert slowest < 0.5
            assert len(await rows(app)) == 200
            async with receiving(sink, port=port):
                await until(nothing_left(app))
    assert sink.recipients == Counter(f"person{number}@example.com" for number in range(200))
    tried = [line for line in written.getvalue().splitlines() if "mail postponed" in line]
    assert 4 <= len(tried) < 150  # one at a time, not each of 200 again and again
    assert "person" not in written.getvalue()


async def test_four_processes_at_once_send_each_mail_once(database_url: str, clock: Clock) -> None:
    sink = Sink()
    async with contextlib.AsyncExitStack() as stack:
        port = await stack.enter_async_context(receiving(sink))
        apps = [await stack.enter_async_context(sending_to(port, database_url, clock)) for _ in range(4)]
        for number in range(100):
            await write(apps[number % 4], number)
        await until(nothing_left(apps[0]))
    assert sink.recipients == Counter(f"person{number}@example.com" for number in range(100))


async def test_a_mail_of_a_process_that_died_is_sent_by_another_one(database_url: str, clock: Clock) -> None:
    async with running(production(database_url, free_port()), clock=clock, pace=PATIENT) as dead:
        await write(dead)
    database = Database(database_url)
    await database.connect()
    await database.run("UPDATE outbox SET claimed_until = :until", until=NOW + sending.CLAIMED)
    await database.disconnect()
    sink = Sink()
    async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
        assert await sending.claim(app.state.services, now=clock.now) is None
        clock.now += sending.CLAIMED
        await until(nothing_left(app))
    assert len(sink.mails) == 1


async def test_stopping_finishes_the_mail_that_is_being_sent(database_url: str, clock: Clock) -> None:
    sink = Sink()
    sink.data = ["hang"]

    async def freed_soon() -> None:
        await asyncio.sleep(0.1)
        sink.freed.set()

    async with receiving(sink) as port:
        async with sending_to(port, database_url, clock, PATIENT) as app:
            await write(app)
            await until(lambda: not sink.data)
            freeing = asyncio.create_task(freed_soon())
        await freeing
        async with sending_to(port, database_url, clock) as app:
            clock.now += NEXT_TRY
            await until(nothing_left(app))


async def test_stopping_does_not_wait_for_ever_and_loses_no_mail(
    database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genkan.postman.LAST", 0.1)
    sink = Sink()
    sink.data = ["hang"]
    async with receiving(sink) as port:
        async with sending_to(port, database_url, clock, PATIENT) as app:
            await write(app)
            await until(lambda: not sink.data)
            began = time.monotonic()
        assert time.monotonic() - began < 5
        clock.now += sending.CLAIMED
        async with sending_to(port, database_url, clock) as app:
            await until(nothing_left(app))
    assert sink.recipients == {"person0@example.com": 1}


async def test_a_database_that_is_busy_after_a_mail_was_taken_does_not_make_a_second_copy(
    sqlite_url: str, clock: Clock
) -> None:
    sink = Sink()
    sink.data = ["hang, then 250"]
    written = io.StringIO()
    hurried = Database(sqlite_url, patience=0.05)
    with log.to(written):
        async with receiving(sink) as port, running(production(sqlite_url, port), clock=clock, pace=PATIENT) as app:
            services = replace(app.state.services, db=hurried)
            await hurried.connect()
            postman = Postman(services, app.state.renderer, mail.Server(f"smtp://127.0.0.1:{port}"), clock, QUICK)
            async with postman.at_work():
                await services.db.run(
                    "INSERT INTO outbox (id, template, recipient, language, details, created_at, due_at, tries, claimed_until)"
                    " VALUES ('an-id', 'recovered', 'a@b.example', 'en', '{}', :now, :now, 0, 0)",
                    now=NOW,
                )
                await until(lambda: not sink.data)
                other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
                other.execute("BEGIN IMMEDIATE")
                sink.freed.set()
                await until(lambda: "its row stays" in written.getvalue())
                other.execute("COMMIT")
                other.close()
                await until(nothing_left(app))
            await hurried.disconnect()
    assert sink.recipients == {"a@b.example": 1}


class Troubled(Mailbox):
    """A mailbox whose door does not open the first few times."""

    def __init__(self, times: int) -> None:
        self.times = times

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator[mail.Line]:
        if self.times:
            self.times -= 1
            raise DatabaseUnavailable("not now")
        yield self

    async def send(self, message: EmailMessage) -> None:
        return None


async def test_a_fault_that_nobody_expected_does_not_end_the_sending(database_url: str, clock: Clock) -> None:
    written = io.StringIO()
    with log.to(written):
        async with running(production(database_url, free_port()), clock=clock, pace=PATIENT) as app:
            await write(app)
            await until(lambda: was_tried(app, 0))
            postman = Postman(app.state.services, app.state.renderer, Troubled(6), clock, QUICK)
            async with postman.at_work():
                await until(lambda: all_kept(app))
    assert "mail failed" in written.getvalue()


async def all_kept(app: Starlette) -> bool:
    return all(row["sent_at"] for row in await rows(app))


async def test_in_development_nothing_leaves_the_machine_whatever_is_set(database_url: str, clock: Clock) -> None:
    sink = Sink()
    async with receiving(sink) as port:
        settings = settings_for(database_url, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="no-reply@example.com")
        async with running(settings, clock=clock, pace=QUICK) as app:
            await write(app)
            await until(lambda: all_kept(app))
            assert [row["sent_at"] for row in await rows(app)] == [NOW]
    assert (sink.mails, sink.lines) == ([], 0)


async def test_without_a_mail_server_nothing_is_written_and_nobody_waits(database_url: str) -> None:
    settings = settings_for(
        database_url, environment="production", base_url="https://id.example.com", dev_provider=False
    )
    async with running(settings) as app:
        await write(app)
        assert await rows(app) == []


async def test_mails_that_were_kept_or_given_up_are_swept_after_two_weeks(database_url: str, clock: Clock) -> None:
    async with running(settings_for(database_url), clock=clock, pace=QUICK) as app:
        await write(app)
        await until(lambda: all_kept(app))
    for days, left in ((13, 1), (15, 0)):
        clock.now = NOW + days * 86_400
        async with running(settings_for(database_url), clock=clock, pace=PATIENT) as app:
            await until(lambda left=left: has_left(app, left))


async def has_left(app: Starlette, count: int) -> bool:
    return len(await rows(app)) == count


async def test_RS_07_no_code_and_no_link_stands_in_a_table_or_a_log_line(database_url: str, clock: Clock) -> None:
    sink = Sink()
    sink.data = ["451 Later", "drop"]
    written = io.StringIO()
    with log.to(written):
        async with receiving(sink) as port, sending_to(port, database_url, clock) as app:
            services = app.state.services
            await services.db.run("INSERT INTO users (id, name, created_at) VALUES ('u', 'Hana', 1)")
            user = User("u", "Hana", "hanako@example.com", NOW, None)
            for purpose in (mailed.VERIFY, mailed.RESET, mailed.CONFIRM):
                await ask(app, purpose)
            async with services.db.transaction():
                await changes.made(services, VISITOR, "password_changed", user=user, now=NOW)
            await until(lambda: len(sink.mails) == 2)
            kept = ""
            for table in ("mailed_tokens", "outbox", "events", "changes", "throttle", "users"):
                kept += str([dict(row._mapping) for row in await services.db._rows(f"SELECT * FROM {table}", {})])
            clock.now += NEXT_TRY
            await until(nothing_left(app))
    secrets = [secret for message in sink.mails for secret in secrets_of(message)]
    assert sorted(map(len, secrets)) == [8, 8, 8, 43, 43, 43]
    for secret in secrets:
        assert secret not in kept
        assert secret not in written.getvalue()
    assert "hanako@example.com" not in written.getvalue()
    assert "mail postponed" in written.getvalue()

"""Who brings the mails? A task beside the pages: takes what is due, sends a few at once, and no page ever waits for it."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Protocol

from genkan import log, mail
from genkan.accounts import sending
from genkan.accounts.services import Services
from genkan.db import DatabaseUnavailable
from genkan.web import mails
from genkan.web.render import Renderer

LAST: Final = 5.0  # seconds that mails which are being sent have when the server stops


@dataclass(frozen=True, slots=True)
class Pace:
    """look_every, longest_rest: seconds; trouble: faults in a row after which the mail server is taken to be down."""

    at_once: int = 4
    look_every: float = 5.0
    trouble: int = 4
    first_rest: float = 1.0
    longest_rest: float = 15.0


USUAL: Final = Pace()


class MailServer(Protocol):
    def line(self) -> AbstractAsyncContextManager[mail.Line]: ...


class Mailbox:
    """Where mails go in development: nowhere. They stay in the outbox, and /dev/mail shows them."""

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator[mail.Line]:
        yield self

    async def send(self, message: EmailMessage) -> None:
        return None


class Postman:
    """now: unix seconds, for the rows; how long he rests is the machine's own time."""

    def __init__(
        self, services: Services, renderer: Renderer, server: MailServer, now: Callable[[], int], pace: Pace
    ) -> None:
        self._services = services
        self._renderer = renderer
        self._server = server
        self._keeps = isinstance(server, Mailbox)
        self._now = now
        self._pace = pace
        self._faults = 0  # in a row
        self._ending = asyncio.Event()

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Mails are sent while inside. On the way out the ones under way are finished; a row is lost in no case."""
        task = asyncio.create_task(self._work())
        try:
            yield
        finally:
            self._ending.set()
            self._services.mail_waiting.set()
            await asyncio.wait({task}, timeout=LAST)
            task.cancel()
            await asyncio.wait({task})

    async def _work(self) -> None:
        while not self._ending.is_set():
            self._services.mail_waiting.clear()
            was_down = self._is_down
            walks = 1 if was_down else self._pace.at_once
            await asyncio.gather(*(self._walk(is_probe=was_down) for _ in range(walks)))
            if self._is_down or not was_down:
                await self._rest()

    async def _walk(self, *, is_probe: bool) -> None:
        """One connection, and mails until none is due. A probe ends with the first one."""
        try:
            async with self._server.line() as line:
                while not self._ending.is_set():
                    post = await sending.claim(self._services, now=self._now())
                    if post is None:
                        return
                    await self._bring(line, post)
                    if is_probe or self._is_down:
                        return
        except Exception as error:  # the database, most likely: the next walk may do better, and one there has to be
            self._faults += 1
            log.failure("mail failed", error)

    async def _bring(self, line: mail.Line, post: sending.Post) -> None:
        carried = await sending.carried(self._services, post, now=self._now())
        if carried is None:
            await self._give_up(post, "token")
            return
        try:
            await line.send(self._message(post, carried))
        except mail.Never as fault:
            self._faults = 0
            await self._give_up(post, fault.reason)
        except (mail.NotNow, mail.Unreachable) as fault:
            self._faults += 1
            await self._wait(post, fault)
        except Exception as error:  # a broken template, say: the other mails go on
            log.failure("mail unreadable", error)
            await self._wait(post, mail.NotNow("template"))
        else:
            self._faults = 0
            await self._settle(post)
            log.event("mail sent", template=post.template, tries=post.tries)

    async def _settle(self, post: sending.Post) -> None:
        """Until the database lets the row go: if it stayed, the mail would be sent once more."""
        while True:
            try:
                await sending.sent(self._services, post, keep=self._keeps, now=self._now())
            except DatabaseUnavailable as error:
                log.failure("mail sent, but its row stays", error)
            else:
                return
            await asyncio.sleep(self._pace.first_rest)

    def _message(self, post: sending.Post, carried: sending.Carried) -> EmailMessage:
        return mail.composed(mails.letter(self._renderer, post, carried, now=self._now()))

    async def _wait(self, post: sending.Post, fault: mail.MailFault) -> None:
        again = sending.release if isinstance(fault, mail.Unreachable) else sending.postpone
        is_kept = await again(self._services, post, now=self._now())
        name = "mail postponed" if is_kept else "mail given up"
        log.event(name, level="warning", template=post.template, reason=fault.reason, tries=post.tries)

    async def _give_up(self, post: sending.Post, reason: str) -> None:
        await sending.give_up(self._services, post, now=self._now())
        log.event("mail given up", level="warning", template=post.template, reason=reason, tries=post.tries)

    async def _rest(self) -> None:
        """Until a mail is written here, or it is time to look for those of other processes; or for the server to be back."""
        over = self._faults - self._pace.trouble
        waits_for = self._services.mail_waiting if over < 0 else self._ending
        jitter = 1 - secrets.randbelow(250) / 1000
        longer = min(self._pace.first_rest * 2.0 ** min(over, 10), self._pace.longest_rest) * jitter
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._pace.look_every if over < 0 else longer):
                await waits_for.wait()

    @property
    def _is_down(self) -> bool:
        return self._faults >= self._pace.trouble

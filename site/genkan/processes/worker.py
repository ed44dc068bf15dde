"""What is a worker, as its parent sees it? A process, and a line to it."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Sequence
from typing import Any, Final

from genkan.processes.wire import Wire

ANSWER_IN: Final = 2.0  # seconds that a worker has to say how it stands


class Worker:
    """number: its own while it lives, the smallest that is free."""

    def __init__(self, number: int, process: asyncio.subprocess.Process, wire: Wire) -> None:
        self.number = number
        self.pid = process.pid
        self.began = time.monotonic()
        self.wanted = 0  # workers, as it has read in the settings; 0: it is not ready
        self.families: list[Any] = []  # how it stood when it was asked last
        self._process = process
        self._wire = wire
        self._is_ready = asyncio.Event()
        self._has_answered = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def begun(cls, number: int, command: Sequence[str], bound: socket.socket) -> "Worker":
        """Another process, in a group of its own: Ctrl-C is for the parent, who tells the others."""
        ours, theirs = socket.socketpair()
        with theirs:
            given = (theirs.fileno(), bound.fileno())
            process = await asyncio.create_subprocess_exec(
                *command,
                "--inherited",
                *map(str, given),
                pass_fds=given,
                process_group=0,
                stdin=asyncio.subprocess.DEVNULL,
            )
        return cls(number, process, await Wire.on(ours))

    async def is_ready(self) -> bool:
        """Whether it serves, as soon as that is known; False where it has ended before."""
        ready, ended = asyncio.create_task(self._is_ready.wait()), asyncio.create_task(self._process.wait())
        try:
            await asyncio.wait({ready, ended}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
            ended.cancel()
        return self._is_ready.is_set() and self._process.returncode is None

    async def ended(self) -> int:
        """Its exit status when it has ended, -9 for a SIGKILL and so on; all that it has said has been heard by then."""
        status = await self._process.wait()
        await self._listening
        await self._wire.close()
        return status

    async def ask(self, *, of_all: bool) -> bool:
        """How it stands, into `families`; whether it has answered. of_all: also how all do, which one has to say."""
        self._has_answered.clear()
        await self._wire.say(families=of_all)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_IN):
                await self._has_answered.wait()
        return self._has_answered.is_set()

    async def leave(self) -> None:
        """Finish what is under way, and end: another one is there in its place."""
        await self._wire.say(leave=True)

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def _listen(self) -> None:
        async for message in self._wire.heard():
            if "ready" in message:
                self.wanted = message["ready"]
                self._is_ready.set()
            else:
                self.families = message["families"]
                self._has_answered.set()

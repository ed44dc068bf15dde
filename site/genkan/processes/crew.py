"""Which workers are there, from their beginning to their end? Each is watched, and none outstays its time."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from genkan.processes.worker import Worker

Value = TypeVar("Value")

PATIENCE: Final = 300.0  # seconds; a worker that upgrades the database may take its time
LAST: Final = 25.0  # seconds that workers have to end: 10 for requests, 5 for mails, and what else they tidy up
LOOK_EVERY: Final = 0.1  # seconds, at those who were killed


class Crew:
    """command: begins a worker. bound: the socket of the site, which all of them share.

    bury: told of each that has ended, and its exit status. last, patience: seconds that one has to end, and to come up.
    """

    def __init__(
        self,
        command: Sequence[str],
        bound: socket.socket,
        bury: Callable[[Worker, int], None],
        *,
        last: float = LAST,
        patience: float = PATIENCE,
    ) -> None:
        self.living: dict[Worker, asyncio.Task[int]] = {}  # and who waits for their end
        self.status = 0  # of the last one that did not come up
        self._command = command
        self._bound = bound
        self._bury = bury
        self._last = last
        self._patience = patience
        self._numbers: set[int] = set()  # that are taken
        self._is_ending = False
        self._tasks: set[asyncio.Task[Any]] = set()

    async def up(self) -> Worker | None:
        """One more worker, as soon as it serves; None where it does not come up: it has said why, and `status` is its."""
        number = min(set(range(1, len(self._numbers) + 2)) - self._numbers)
        self._numbers.add(number)
        worker = await Worker.begun(number, self._command, self._bound)
        self.living[worker] = watch = self.do(self._watch(worker))
        if self._is_ending:
            worker.send(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                if await worker.is_ready():
                    return worker
        worker.send(signal.SIGKILL)
        self.status = max(1, await watch)
        return None

    async def see_off(self, worker: Worker) -> None:
        """It finishes what is under way, within the time that it has; another one is there in its place."""
        await worker.leave()
        watch = self.living.get(worker)
        if watch is not None:
            await asyncio.wait({watch}, timeout=self._last)
            worker.send(signal.SIGKILL)

    async def end(self) -> None:
        """All of them finish what is under way, within the time that they have."""
        self._is_ending = True
        self.send(signal.SIGTERM)
        until = time.monotonic() + self._last
        while self.living:
            await asyncio.wait(self.living.values(), timeout=max(LOOK_EVERY, until - time.monotonic()))
            if time.monotonic() > until:
                self.send(signal.SIGKILL)

    def send(self, number: signal.Signals) -> None:
        for worker in self.living:
            worker.send(number)

    def do(self, work: Coroutine[Any, Any, Value]) -> asyncio.Task[Value]:
        """Beside everything else."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _watch(self, worker: Worker) -> int:
        status = await worker.ended()
        del self.living[worker]
        self._numbers.discard(worker.number)
        self._bury(worker, status)
        return status

"""Who is serving? So many workers; one that dies is replaced, and told to reload, new ones take over with nobody let down."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import Callable, Sequence
from typing import Final

from genkan import log
from genkan.processes.crew import Crew
from genkan.processes.notify import Notify
from genkan.processes.worker import Worker

YOUNG: Final = 10.0  # seconds; one that lived longer is replaced at once
FIRST_PAUSE: Final = 1.0  # seconds; doubled each time
LONGEST_PAUSE: Final = 30.0  # seconds


LOOK_EVERY: Final = 10.0  # seconds
MOST_SILENT: Final = 3  # times in a row that a worker does not say how it stands


class Supervisor:
    """command, bound, patience: as in Crew. welcome: printed once they serve. bury: told of each worker that has ended."""

    def __init__(
        self,
        command: Sequence[str],
        bound: socket.socket,
        notify: Notify,
        welcome: str,
        bury: Callable[[Worker], None],
        **patience: float,
    ) -> None:
        self.crew = Crew(command, bound, self._ended, **patience)
        self._bound = bound
        self._notify = notify
        self._welcome = welcome
        self._bury = bury
        self._serving: set[Worker] = set()  # those that belong to the present generation
        self._pause = 0.0
        self._stop = asyncio.Event()
        self._reload = asyncio.Event()

    def stop(self) -> None:
        """Everybody finishes what is under way. Told twice: nobody finishes anything."""
        if self._stop.is_set():
            self.crew.send(signal.SIGKILL)
        self._stop.set()

    def reload(self) -> None:
        self._reload.set()

    async def run(self) -> int:
        """Until told to stop. The exit status: that of the first worker, where it does not come up."""
        life: asyncio.Task[int] = self.crew.do(self._live())
        look_after = self.crew.do(self._look_after())
        await asyncio.wait({life, self.crew.do(self._stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
        self._notify.stopping()
        look_after.cancel()
        self._bound.close()
        self._serving = set()
        life.cancel()
        await self.crew.end()
        return 0 if life.cancelled() else life.result()

    async def _live(self) -> int:
        fresh = await self._generation()
        if fresh is None:
            return self.crew.status
        self._adopt(fresh)
        with contextlib.suppress(OSError):  # whoever reads has gone already
            print(self._welcome, flush=True)
        while True:
            self._notify.ready(f"{len(fresh)} workers")
            await self._reload.wait()
            self._reload.clear()
            self._notify.reloading()
            fresh = await self._renewed() or fresh

    async def _renewed(self) -> set[Worker] | None:
        """New workers, with new settings and new code; the old ones leave when the new ones serve, and not before."""
        fresh = await self._generation()
        if fresh is None:
            log.event("reload failed", level="error", status=self.crew.status, workers=len(self._serving))
            return None
        before = self._serving
        self._adopt(fresh)
        for worker in before:
            self.crew.do(self.crew.see_off(worker))
        log.event("reloaded", workers=len(fresh))
        return fresh

    async def _generation(self) -> set[Worker] | None:
        """As many workers as the first of them is told to want, all of them ready; None where one does not come up."""
        first = await self.crew.up()
        if first is None:
            return None
        others = await asyncio.gather(*(self.crew.up() for _ in range(first.wanted - 1)))
        fresh = {first} | {worker for worker in others if worker is not None}
        if len(fresh) == first.wanted:
            return fresh
        for worker in fresh:
            self.crew.do(self.crew.see_off(worker))
        return None

    def _adopt(self, fresh: set[Worker]) -> None:
        self._serving, self._pause = set(fresh), 0.0
        for worker in fresh - self.crew.living.keys():  # it has died while the others came up
            self._lose(worker, None)

    def _ended(self, worker: Worker, status: int) -> None:
        self._bury(worker)
        if worker in self._serving:
            self._lose(worker, status)

    async def _look_after(self) -> None:
        """One that does not answer for half a minute hangs: it is killed, and replaced as any other that has died."""
        silent: dict[Worker, int] = {}
        while True:
            await asyncio.sleep(LOOK_EVERY)
            asked = list(self._serving)
            answers = await asyncio.gather(*(worker.ask(of_all=False) for worker in asked))
            silent = {each: silent.get(each, 0) + 1 for each, said in zip(asked, answers, strict=True) if not said}
            for worker in [each for each, times in silent.items() if times >= MOST_SILENT]:
                log.event("worker hangs", level="error", pid=worker.pid)
                worker.send(signal.SIGKILL)

    def _lose(self, dead: Worker, status: int | None) -> None:
        log.event("worker died", level="error", pid=dead.pid, status=status)
        self._serving.discard(dead)
        if time.monotonic() - dead.began >= YOUNG:
            self._pause = 0.0
        self.crew.do(self._replace(self._serving))

    async def _replace(self, generation: set[Worker]) -> None:
        """At once; where it goes wrong again and again, after a while, and each time a longer one."""
        worker = None
        while worker is None:
            pause, self._pause = self._pause, min(self._pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
            await asyncio.sleep(pause)
            if generation is not self._serving:
                return
            worker = await self.crew.up()
        if generation is self._serving:
            generation.add(worker)
        else:
            await self.crew.see_off(worker)

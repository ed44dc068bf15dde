"""Are there always as many workers as there should be, whatever becomes of them? With small programs in their place. (F11)"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from genkan import log
from genkan.log import Event
from genkan.processes import supervisor as supervisors
from genkan.processes import worker as workers
from genkan.processes.notify import Notify
from genkan.processes.supervisor import Supervisor
from genkan.processes.worker import Worker

# Reads in `plan` what to do, notes in `told` what it was told, and otherwise does as a worker does.
PROGRAM = """
import json, os, signal, socket, sys, time
folder, wire, _ = sys.argv[1], socket.socket(fileno=int(sys.argv[3])), sys.argv[4]
plan = json.load(open(f"{folder}/plan"))
for turn, own in enumerate(plan.get("turns", ())):
    try:
        os.close(os.open(f"{folder}/turn-{turn}", os.O_CREAT | os.O_EXCL))
        plan = own
        break
    except FileExistsError:
        pass
def note(what):
    with open(f"{folder}/told", "a") as told:
        told.write(f"{os.getpid()} {what}\\n")
def end(*_):
    note("TERM")
    os._exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if plan.get("stubborn") else end)
if "exit" in plan:
    sys.exit(plan["exit"])
if plan.get("asleep"):
    time.sleep(60)
while "after" in plan and not os.path.exists(f"{folder}/{plan['after']}"):
    time.sleep(0.02)
wire.sendall(json.dumps({"ready": plan["wanted"]}).encode() + b"\\n")
if plan.get("short"):
    time.sleep(plan["short"])
    os._exit(1)
heard = wire.makefile()
for line in heard:
    message = json.loads(line)
    note(next(iter(message)))
    if "leave" in message and not plan.get("stubborn"):
        sys.exit(0)
    if "families" in message and not plan.get("deaf"):
        families = [["a", "counter", "A.", [["a_total", {}, 1.0]]]]
        wire.sendall(json.dumps({"families": families}).encode() + b"\\n")
time.sleep(60 if plan.get("stubborn") else 0)
"""


class Ground:
    """A supervisor, and what its workers are told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.buried: list[Worker] = []
        self.events: list[Event] = []
        self.bound = socket.create_server(("127.0.0.1", 0))
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind(str(folder / "notify"))
        self.told.setblocking(False)

    def take(self, event: Event) -> None:
        self.events.append(event)

    def plan(self, **plan: Any) -> None:
        (self.folder / "plan").write_text(json.dumps(plan))

    def supervisor(self, **patience: float) -> Supervisor:
        (self.folder / "program.py").write_text(PROGRAM)
        command = [sys.executable, str(self.folder / "program.py"), str(self.folder)]
        notify = Notify(str(self.folder / "notify"))
        return Supervisor(command, self.bound, notify, "Here it is", self.buried.append, **patience)

    def notes(self) -> list[str]:
        told = self.folder / "told"
        return told.read_text().splitlines() if told.exists() else []

    def notified(self) -> list[str]:
        said = []
        with contextlib.suppress(BlockingIOError):
            while True:
                said.append(self.told.recv(1000).decode().partition("\n")[0])
        return said

    def names(self) -> list[str]:
        return [event.name for event in self.events]


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    ground = Ground(tmp_path)
    with log.told_to(ground):
        yield ground
    ground.bound.close()
    ground.told.close()


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisors, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(supervisors, "LONGEST_PAUSE", 0.1)


@contextlib.asynccontextmanager
async def at_work(supervisor: Supervisor) -> AsyncIterator["asyncio.Task[int]"]:
    task = asyncio.create_task(supervisor.run())
    yield task
    if not task.done():
        supervisor.stop()
    assert await asyncio.wait_for(task, 60) == 0


async def until(is_so: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.01)


def pids(supervisor: Supervisor) -> set[int]:
    return {worker.pid for worker in supervisor.crew.living if worker.wanted}


@pytest.mark.anyio
async def test_there_are_as_many_as_the_first_of_them_is_told_to_want(
    ground: Ground, capfd: pytest.CaptureFixture[str]
) -> None:
    ground.plan(wanted=3)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: "READY=1" in ground.notified())
        assert sorted(worker.number for worker in supervisor.crew.living) == [1, 2, 3]
        assert capfd.readouterr().out == "Here it is\n"
        alive = pids(supervisor)
    assert sorted(ground.notes()) == sorted(f"{pid} TERM" for pid in alive)
    assert {worker.pid for worker in ground.buried} == alive
    assert ground.notified() == ["STOPPING=1"]
    with pytest.raises(OSError):
        ground.bound.getsockname()


@pytest.mark.anyio
@pytest.mark.parametrize(("own", "of_all"), [(2, 2), (0, 1)])
async def test_one_that_does_not_come_up_at_first_ends_it_with_its_own_status(
    ground: Ground, own: int, of_all: int
) -> None:
    ground.plan(exit=own)
    assert await ground.supervisor().run() == of_all
    assert "READY=1" not in ground.notified()


@pytest.mark.anyio
async def test_one_that_is_killed_is_replaced_and_has_not_counted_in_vain(ground: Ground) -> None:
    ground.plan(wanted=2)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: len(pids(supervisor)) == 2)
        dead = next(iter(supervisor.crew.living))
        await dead.ask(of_all=True)
        os.kill(dead.pid, signal.SIGKILL)
        await until(lambda: len(pids(supervisor)) == 2 and dead.pid not in pids(supervisor))
        assert sorted(worker.number for worker in supervisor.crew.living) == [1, 2]
        assert [worker.families[0][3] for worker in ground.buried] == [[["a_total", {}, 1.0]]]
        await dead.ask(of_all=False)  # who is dead says nothing, and nobody waits for it
    (died,) = [event for event in ground.events if event.name == "worker died"]
    assert (died.fields["pid"], died.fields["status"]) == (dead.pid, -9)


@pytest.mark.anyio
async def test_one_that_dies_again_and_again_is_waited_for_longer_each_time(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.plan(wanted=1, short=0.3)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: ground.names().count("worker died") == 2)
        await until(lambda: supervisor._pause == 0.1)
        ground.plan(exit=1)
        await until(lambda: supervisor.crew.status == 1)
        ground.plan(wanted=1)
        await until(lambda: len(pids(supervisor)) == 1)
        monkeypatch.setattr(supervisors, "YOUNG", 0.0)  # by now it has lived long enough
        supervisor._pause = 7.0
        os.kill(next(iter(pids(supervisor))), signal.SIGKILL)
        await until(lambda: supervisor._pause == 0.05)


@pytest.mark.anyio
async def test_a_reload_has_new_ones_before_the_old_ones_leave(ground: Ground) -> None:
    ground.plan(wanted=2)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: "READY=1" in ground.notified())
        before = pids(supervisor)
        ground.plan(wanted=3)
        supervisor.reload()
        await until(lambda: "reloaded" in ground.names() and len(supervisor.crew.living) == 3)
        assert not pids(supervisor) & before
        assert sorted(ground.notes()) == sorted(f"{pid} leave" for pid in before)
        assert ground.notified() == ["RELOADING=1", "READY=1"]
        assert "worker died" not in ground.names()


@pytest.mark.anyio
async def test_a_reload_that_fails_leaves_everything_as_it_was(ground: Ground) -> None:
    ground.plan(wanted=2)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: "READY=1" in ground.notified())
        before = pids(supervisor)
        ground.plan(exit=2)
        supervisor.reload()
        await until(lambda: "reload failed" in ground.names())
        assert (pids(supervisor), ground.notes(), ground.events[-1].fields["status"]) == (before, [], 2)
        await until(lambda: ground.notified()[-1:] == ["READY=1"])


@pytest.mark.anyio
async def test_a_reload_of_which_only_some_come_up_is_taken_back(ground: Ground) -> None:
    ground.plan(wanted=2)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: "READY=1" in ground.notified())
        before = pids(supervisor)
        ground.plan(turns=[{"wanted": 3}, {"exit": 1}, {"wanted": 3}])
        supervisor.reload()
        await until(lambda: len(ground.buried) == 3)
        assert (pids(supervisor), ground.names()) == (before, ["reload failed"])


@pytest.mark.anyio
async def test_one_that_dies_while_the_others_come_up_is_replaced(ground: Ground) -> None:
    ground.plan(turns=[{"wanted": 2, "short": 0.1}, {"wanted": 2, "after": "go"}, {"wanted": 2}])
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: ground.buried)
        (ground.folder / "go").touch()
        await until(lambda: "READY=1" in ground.notified())
        await until(lambda: len(pids(supervisor)) == 2)
        assert ground.names() == ["worker died"]


@pytest.mark.anyio
async def test_a_reload_makes_replacing_unnecessary(ground: Ground) -> None:
    ground.plan(turns=[{"wanted": 1}, {"wanted": 1, "after": "go"}, {"wanted": 1}, {"wanted": 1}])
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: "READY=1" in ground.notified())
        os.kill(next(iter(pids(supervisor))), signal.SIGKILL)
        await until(lambda: len(supervisor.crew.living) == 1 and not pids(supervisor))
        supervisor.reload()
        await until(lambda: "reloaded" in ground.names())  # while the one in the dead one's place is not there yet
        (ground.folder / "go").touch()
        await until(lambda: len(ground.buried) == 2)
        assert len(pids(supervisor)) == 1
        supervisor._pause = 0.5
        os.kill(next(iter(pids(supervisor))), signal.SIGKILL)
        await until(lambda: len(ground.buried) == 3)
        supervisor.reload()  # and while it is not begun yet
        await until(lambda: ground.names().count("reloaded") == 2)
        await until(lambda: len(supervisor.crew._tasks) == 4)  # its life, its end, its rounds, and one that is watched
        assert len(supervisor.crew.living) == 1


@pytest.mark.anyio
async def test_one_that_hangs_while_it_starts_or_leaves_is_killed(ground: Ground) -> None:
    ground.plan(wanted=1, stubborn=True)
    supervisor = ground.supervisor(last=0.3, patience=3.0)
    async with at_work(supervisor):
        await until(lambda: "READY=1" in ground.notified())
        before = pids(supervisor)
        ground.plan(wanted=1, asleep=True)
        supervisor.reload()
        await until(lambda: "reload failed" in ground.names())
        assert pids(supervisor) == before
        ground.plan(wanted=1)
        supervisor.reload()
        await until(lambda: len(ground.buried) == 2)
        assert not pids(supervisor) & before
        ground.plan(wanted=1, stubborn=True)
        supervisor.reload()
        await until(lambda: len(ground.buried) == 3)
    assert len(ground.buried) == 4


@pytest.mark.anyio
async def test_one_that_does_not_answer_again_and_again_is_killed_and_replaced(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisors, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(workers, "ANSWER_IN", 0.3)
    ground.plan(turns=[{"wanted": 2}, {"wanted": 2, "deaf": True}, {"wanted": 2}])
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: "worker died" in ground.names())
        assert [event.fields["pid"] for event in ground.events] == [ground.buried[0].pid] * 2
        assert ground.names() == ["worker hangs", "worker died"]
        await until(lambda: len(pids(supervisor)) == 2)


@pytest.mark.anyio
async def test_told_to_stop_twice_nobody_is_waited_for(ground: Ground) -> None:
    ground.plan(wanted=1, stubborn=True)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: "READY=1" in ground.notified())
        supervisor.stop()
        await until(lambda: "STOPPING=1" in ground.notified())
        supervisor.stop()


@pytest.mark.anyio
async def test_told_to_stop_while_they_come_up_it_stops(ground: Ground) -> None:
    ground.plan(wanted=1, asleep=True)
    supervisor = ground.supervisor()
    async with at_work(supervisor):
        await until(lambda: supervisor.crew.living)
    assert ground.notes() == [] or ground.notes()[0].endswith("TERM")


@pytest.mark.anyio
async def test_one_that_is_begun_when_all_is_over_is_ended_at_once(ground: Ground) -> None:
    crew = ground.supervisor().crew
    await crew.end()
    ground.plan(wanted=1, asleep=True)
    assert await crew.up() is None
    (dead,) = ground.buried
    await crew.see_off(dead)  # nobody is waited for who is not there
    assert crew.living == {}

"""Is what several processes count added up, and read by nobody but whoever may? (RL-14)"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from genkan.processes import scrape, usage
from genkan.processes.notify import Notify
from genkan.processes.totals import Totals
from genkan.processes.worker import Worker

Address = tuple[str, int]


def said(count: int, waiting: int) -> list[Any]:
    return [
        ["a", "counter", "A.", [["a_total", {"method": "x"}, count]]],
        ["b", "gauge", "B.", [["b", {}, waiting]]],
        ["c", "histogram", "C.", [["c_bucket", {"le": "+Inf"}, count], ["c_count", {}, count], ["c_sum", {}, 0.5]]],
    ]


class Standing(Worker):
    """One that always answers the same."""

    def __init__(self, number: int, families: list[Any]) -> None:
        self.number, self.began, self.pid = number, float(number), os.getpid()
        self.families = families
        self.asked: list[bool] = []

    async def ask(self, *, of_all: bool) -> bool:
        self.asked.append(of_all)
        return True


@pytest.mark.anyio
async def test_what_is_counted_is_added_up_and_outlives_who_counted_it() -> None:
    totals = Totals()
    first, second, dead = Standing(1, said(1, 10)), Standing(2, said(2, 20)), Standing(3, said(4, 40))
    totals.bury(dead)
    for _ in range(2):  # reading changes nothing
        text = (await totals.text([second, first])).decode()
        assert 'a_total{method="x"} 7.0' in text
        assert "\nb 30.0\n" in text
        assert 'c_bucket{le="+Inf"} 7.0' in text
        assert "\nc_sum 1.5\n" in text
        assert 'genkan_process_memory_bytes{process="worker 2"}' in text
    assert (first.asked, second.asked) == ([True, True], [False, False])  # one speaks for all


@pytest.mark.anyio
async def test_nobody_serves_and_that_can_be_read_too() -> None:
    assert b'genkan_process_files{process="parent"}' in await Totals().text([])


def test_a_process_that_has_ended_takes_nothing() -> None:
    memory, seconds, files = usage.families({"own": os.getpid(), "none": 2**22 + 1})
    assert [name for name, *_ in (memory, seconds, files)] == [
        "genkan_process_memory_bytes",
        "genkan_process_seconds",
        "genkan_process_files",
    ]
    ((name, labels, held),) = memory[3]
    assert (name, labels, held > 1_000_000) == ("genkan_process_memory_bytes", {"process": "own"}, True)
    assert seconds[3][0][0] == "genkan_process_seconds_total"
    assert files[3][0][2] >= 3


@contextlib.asynccontextmanager
async def opened(text: Any) -> AsyncIterator[Address]:
    bound = socket.create_server(("127.0.0.1", 0))
    address: Address = bound.getsockname()
    async with scrape.door(bound, text):
        yield address


async def figures() -> bytes:
    return b"a 1\n"


async def answer(address: Address, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(request)
    found = b""
    with contextlib.suppress(ConnectionError):
        found = await reader.read()
    writer.close()
    return found


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("request_", "begins", "ends"),
    [
        (b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4", b"\r\n\r\na 1\n"),
        (b"GET /metrics?a=b HTTP/1.0\r\n\r\n", b"HTTP/1.1 200 ", b"a 1\n"),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"HTTP/1.1 405 ", b"read.\n"),
        (b"GET /login HTTP/1.1\r\n\r\n", b"HTTP/1.1 404 ", b"/metrics.\n"),
        (b"\r\n\r\n", b"HTTP/1.1 404 ", b"/metrics.\n"),
        (b"GET /metrics HTTP/1.1\r\n" + b"a" * 100_000, b"", b""),
        (b"", b"", b""),
    ],
)  # fmt: skip
async def test_only_the_figures_are_there_and_only_to_be_read(
    request_: bytes, begins: bytes, ends: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrape, "PATIENCE", 1.0)
    async with opened(figures) as address:
        found = await answer(address, request_)
    assert found.startswith(begins)
    assert found.endswith(ends)


@pytest.mark.anyio
async def test_more_than_a_few_readers_are_turned_away() -> None:
    go_on = asyncio.Event()

    async def slow() -> bytes:
        await go_on.wait()
        return b"a 1\n"

    async with opened(slow) as address:
        asked = [asyncio.create_task(answer(address, b"GET /metrics HTTP/1.1\r\n\r\n")) for _ in range(scrape.MOST + 3)]
        while sum(task.done() for task in asked) < 3:
            await asyncio.sleep(0.01)
        go_on.set()
        answers = await asyncio.gather(*asked)
    assert sorted(found[-4:] for found in answers) == [b""] * 3 + [b"a 1\n"] * scrape.MOST


@pytest.mark.anyio
async def test_without_an_address_there_is_no_door() -> None:
    async with scrape.door(None, figures):
        pass


def test_systemd_is_told_wherever_it_listens(tmp_path: Path) -> None:
    for address in (str(tmp_path / "notify"), f"@genkan-{os.getpid()}"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.bind(address.replace("@", "\0"))
            notify = Notify(address)
            notify.reloading()
            notify.ready("2 workers")
            notify.stopping()
            first, *others = (told.recv(1000).decode().splitlines() for _ in range(3))
        assert first[0] == "RELOADING=1"
        assert first[1].startswith("MONOTONIC_USEC=")
        assert others == [["READY=1", "STATUS=2 workers"], ["STOPPING=1"]]


def test_where_nobody_wants_to_know_nothing_happens(tmp_path: Path) -> None:
    Notify("").ready("2 workers")
    Notify(str(tmp_path / "nobody")).ready("2 workers")

"""Is hashing strong, bounded, and blind to who is asked about? (PW-*)"""

import asyncio
import os
import threading
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from genkan.accounts.hashing import Hasher, check_libpass, cores, step_back
from genkan.errors import Busy
from passlib.hash import argon2

pytestmark = pytest.mark.anyio


async def test_PW_10_makes_argon2id_of_the_floor_with_a_salt_of_its_own() -> None:
    hasher = Hasher()
    first, second = [await hasher.hash("the same password twice") for _ in range(2)]
    hasher.close()
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert len(first.split("$")[4]) >= 22  # 16 bytes of salt


def test_RQ_every_thread_is_there_before_the_first_hash() -> None:
    hasher = Hasher(threads=3, memory_kib=8, time_cost=1)
    hasher.begin()
    assert [len(lane.pool._threads) for lane in (hasher.everybody, hasher.regulars)] == [3, 1]
    hasher.close()


async def test_RQ_a_hash_that_cannot_begin_takes_no_place_in_the_queue() -> None:
    hasher = Hasher(threads=1, queue=1, memory_kib=8, time_cost=1)
    hasher.close()  # as where the machine gives no thread
    for _ in range(4):
        with pytest.raises(RuntimeError):
            await hasher.hash("x")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x" * 72 + "X", "x" * 72 + "Y"),
        ("abc\0def", "abc\0xyz"),
        ("a" * 199 + "x", "a" * 199 + "y"),
        ("Case", "case"),
        ("a ", "a"),
    ],
    ids=lambda value: f"PW-06 {value[-8:]!r}",
)
async def test_no_part_of_a_password_is_left_out(first: str, second: str) -> None:
    hasher = Hasher(memory_kib=8, time_cost=1)
    kept = await hasher.hash(first)
    assert [await hasher.verify(each, kept) for each in (first, second)] == [True, False]
    hasher.close()


@pytest.mark.parametrize(
    "phc",
    [
        None,
        "",
        "$argon2id$",
        "$argon2id$v=19$m=8,t=1,p=1$!!!$",
        "None",
        "$2b$12$abc",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$AAAA",
    ],
)
async def test_what_is_no_hash_is_nobodys_password(phc: str | None) -> None:
    hasher = Hasher(memory_kib=8, time_cost=1)
    assert [await hasher.verify(each, phc) for each in ("x", "nobody has this password")] == [False, False]
    hasher.close()


async def test_EN_01_nobody_costs_as_much_as_somebody() -> None:
    """Of many tries the quicker half is as often the one as the other; a ratio, since machines differ."""
    hasher = Hasher(threads=1)
    loop = asyncio.get_running_loop()
    kept = await hasher.hash("a password that is kept")
    taken: dict[str | None, list[float]] = {kept: [], None: []}
    for _ in range(8):
        for phc, times in taken.items():
            began = loop.time()
            await hasher.verify("a password that is wrong", phc)
            times.append(loop.time() - began)
    hasher.close()
    assert 0.5 < min(taken[None]) / min(taken[kept]) < 2


async def test_knows_a_hash_that_is_weaker_than_those_of_today() -> None:
    weak, strong = Hasher(memory_kib=8, time_cost=1), Hasher(memory_kib=16, time_cost=1)
    kept = await weak.hash("a password that is kept")
    shorter = argon2.using(type="ID", memory_cost=8, rounds=1, parallelism=1, digest_size=16).hash("a password")
    assert [weak.is_old(kept), strong.is_old(kept), weak.is_old(shorter)] == [False, True, True]
    weak.close()
    strong.close()


async def test_beyond_the_queue_it_says_to_come_back() -> None:
    hasher = Hasher(threads=1, queue=2, memory_kib=8192, time_cost=3)
    outcomes = await asyncio.gather(*(hasher.hash("x") for _ in range(6)), return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, Busy)]
    assert len(refused) == 3
    assert refused[0].retry_after == 5
    assert await hasher.hash("x")  # and then there is room again
    hasher.close()


async def test_L2_nobody_waits_for_longer_than_a_few_seconds_however_slow_the_machine() -> None:
    hasher = Hasher(threads=2, memory_kib=32_768, time_cost=3)
    hasher.everybody.seconds = (
        2.0  # of one: six seconds are three for each of two threads, beside the one that it is at
    )
    outcomes = await asyncio.gather(*(hasher.hash("x") for _ in range(12)), return_exceptions=True)
    assert [type(each) for each in outcomes] == [str] * 8 + [Busy] * 4
    assert await hasher.hash("x")
    assert hasher.everybody.seconds < 2.0  # it has got quicker
    hasher.close()


async def test_L7_a_browser_that_has_been_inside_does_not_wait_behind_strangers() -> None:
    hasher = Hasher(threads=1, queue=40, memory_kib=8192, time_cost=3)
    kept = await hasher.hash("a password that is kept")
    strangers = [asyncio.create_task(hasher.verify("a guess", kept)) for _ in range(41)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await hasher.verify("a password that is kept", kept)
    assert await hasher.verify("a password that is kept", kept, is_known=True)
    assert not strangers[-1].done()
    assert await asyncio.gather(*strangers) == [False] * 41
    hasher.close()


async def test_L7_where_nobody_waits_there_is_one_queue() -> None:
    hasher = Hasher(threads=2, memory_kib=8, time_cost=1)
    kept = await hasher.hash("a password that is kept")
    assert await hasher.verify("a password that is kept", kept, is_known=True)
    assert len(hasher.regulars.pool._threads) == 0
    hasher.close()


async def test_whoever_goes_away_leaves_their_place() -> None:
    hasher = Hasher(threads=1, queue=1, memory_kib=8192, time_cost=3)
    for _ in range(5):
        tasks = [asyncio.create_task(hasher.hash("x")) for _ in range(2)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while hasher.under_way:
            await asyncio.sleep(0.01)
    assert await hasher.hash("x")
    hasher.close()


def test_uses_the_cores_that_it_may() -> None:
    assert cores() == len(os.sched_getaffinity(0))


def test_a_thread_that_steps_back_leaves_the_others_as_they_are() -> None:
    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    found: list[int] = []

    def work() -> None:
        step_back()
        found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [min(19, before + 5)]
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == before


async def test_a_hash_that_ends_after_its_loop_harms_nobody() -> None:
    hasher = Hasher(threads=1, memory_kib=32_768, time_cost=4)

    def begin() -> None:
        async def leave() -> None:
            task = asyncio.create_task(hasher.hash("x"))
            await asyncio.sleep(0.01)
            task.cancel()

        asyncio.run(leave())

    await asyncio.to_thread(begin)
    hasher.everybody.pool.shutdown(wait=True)


def test_PW_15_the_old_passlib_beside_the_new_is_refused() -> None:
    with pytest.raises(RuntimeError, match="pip uninstall"):
        check_libpass(lambda name: name)
    with pytest.raises(PackageNotFoundError):
        check_libpass(lambda name: distribution("there is no such package"))
    check_libpass()

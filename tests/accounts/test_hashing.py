"""Is hashing strong, bounded, and blind to who is asked about? (PW-*)"""

import os
import threading
import time
from importlib.metadata import PackageNotFoundError, distribution

import pytest
from genkan.accounts.hashing import LANES, MEMORY, PASSES, Hasher, check_libpass, cores, step_back
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
    assert len(hasher.turns.pool._threads) == 3
    hasher.close()


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


def test_EN_01_nobody_costs_as_much_as_somebody() -> None:
    """A ratio of two times of work, since machines differ and have other things to do."""
    hasher = Hasher(threads=1)
    kept = argon2.using(type="ID", memory_cost=MEMORY, rounds=PASSES, parallelism=LANES).hash("a password that is kept")
    taken: dict[str | None, list[float]] = {kept: [], None: []}
    for _ in range(8):
        for phc, times in taken.items():
            began = time.thread_time()
            hasher._verify("a password that is wrong", phc)
            times.append(time.thread_time() - began)
    hasher.close()
    assert 0.5 < min(taken[None]) / min(taken[kept]) < 2


async def test_knows_a_hash_that_is_weaker_than_those_of_today() -> None:
    weak, strong = Hasher(memory_kib=8, time_cost=1), Hasher(memory_kib=16, time_cost=1)
    kept = await weak.hash("a password that is kept")
    shorter = argon2.using(type="ID", memory_cost=8, rounds=1, parallelism=1, digest_size=16).hash("a password")
    assert [weak.is_old(kept), strong.is_old(kept), weak.is_old(shorter)] == [False, True, True]
    weak.close()
    strong.close()


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


def test_PW_15_the_old_passlib_beside_the_new_is_refused() -> None:
    with pytest.raises(RuntimeError, match="pip uninstall"):
        check_libpass(lambda name: name)
    with pytest.raises(PackageNotFoundError):
        check_libpass(lambda name: distribution("there is no such package"))
    check_libpass()

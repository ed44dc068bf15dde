"""Who has to wait while passwords are guessed, and for how long? (BF, RQ, L2, L7)"""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from genkan.accounts import turns
from genkan.accounts.tries import CLEAN, KNOWN, Place, Tries, rank
from genkan.accounts.turns import Turns
from genkan.errors import Busy

pytestmark = pytest.mark.anyio


class Hands:
    """Work that lasts until it is let go, one after another, and says in which order it was begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._go = threading.Semaphore(0)

    def work(self, name: str) -> Callable[[], str]:
        def hash() -> str:
            self.begun.append(name)
            self._go.acquire()
            return name

        return hash

    def let_go(self, times: int = 1) -> None:
        self._go.release(times)


@pytest.fixture
def hands() -> Iterator[Hands]:
    hands = Hands()
    yield hands
    hands.let_go(1000)


def asked(line: Turns, hands: Hands, *waiting: tuple[str, int], address: str = "") -> list[asyncio.Task[str]]:
    return [asyncio.create_task(line.run(hands.work(name), Place(rank, address))) for name, rank in waiting]


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0.001)


async def ended(tasks: list[asyncio.Task[str]]) -> list[object]:
    return [
        each if isinstance(each, str) else type(each) for each in await asyncio.gather(*tasks, return_exceptions=True)
    ]


async def test_L7_whoever_has_guessed_less_is_first_and_else_whoever_came_first(hands: Hands) -> None:
    line = Turns(1, 40)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN))
    tasks += asked(
        line, hands, ("much", rank(30)), ("some", rank(3)), ("clean", CLEAN), ("known", KNOWN), ("clean too", CLEAN)
    )
    await until(lambda: line.under_way == 7)
    hands.let_go(7)
    await asyncio.gather(*tasks)
    assert hands.begun == ["at work", "ready", "known", "clean", "clean too", "some", "much"]
    line.close()


async def test_L7_each_address_has_its_turn(hands: Hands) -> None:
    line = Turns(1, 40)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN))
    tasks += asked(line, hands, ("a1", CLEAN), ("a2", CLEAN), ("a3", CLEAN), address="192.0.2.1")
    tasks += asked(line, hands, ("b1", CLEAN), ("b2", CLEAN), address="192.0.2.2")
    await until(lambda: line.under_way == 7)
    hands.let_go(3)
    await until(lambda: hands.begun[3:] == ["b1"])
    tasks += asked(line, hands, ("c1", CLEAN), ("a4", CLEAN), address="192.0.2.3")
    hands.let_go(6)
    await asyncio.gather(*tasks)
    assert hands.begun == ["at work", "ready", "a1", "b1", "a2", "b2", "c1", "a3", "a4"]
    assert not line._line._all  # nothing is kept of whoever has gone
    line.close()


async def test_L7_guesses_never_have_every_thread(hands: Hands) -> None:
    line = Turns(3, 40)
    guesses = asked(line, hands, *((f"guess {each}", rank(1)) for each in range(4)))
    await until(lambda: len(hands.begun) == 2)
    assert line.under_way == 4
    clean = asked(line, hands, ("clean", CLEAN))
    await until(lambda: "clean" in hands.begun)
    assert hands.begun == ["guess 0", "guess 1", "clean"]
    hands.let_go(5)
    await asyncio.gather(*guesses, *clean)
    line.close()


async def test_L7_with_one_thread_a_guess_has_it_where_nobody_else_wants_it(hands: Hands) -> None:
    line = Turns(1, 40)
    guesses = asked(line, hands, ("guess", rank(1)), ("another", rank(1)))
    await until(lambda: hands.begun == ["guess"])
    hands.let_go(2)
    assert await ended(guesses) == ["guess", "another"]
    line.close()


def test_a_rank_further_back_takes_twice_as_many_failures() -> None:
    assert [rank(failures) for failures in (-1, 0, 1, 2, 3, 4, 7, 8, 50)] == [1, 1, 2, 3, 3, 4, 4, 5, 7]
    assert rank(0) > KNOWN


async def test_L7_where_all_places_are_taken_the_last_guess_goes_for_whoever_has_not_guessed(hands: Hands) -> None:
    line = Turns(1, 2)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN), ("guess", rank(9)))
    await until(lambda: line.under_way == 3)
    with pytest.raises(Busy) as refused:
        await line.run(hands.work("another guess"), Place(rank(9)))
    assert refused.value.retry_after == 5
    tasks += asked(line, hands, ("clean", CLEAN))
    hands.let_go(4)
    assert await ended(tasks) == ["at work", "ready", Busy, "clean"]
    assert (line.refused, line.under_way) == (2, 0)
    line.close()


async def test_beyond_the_queue_it_says_to_come_back(hands: Hands) -> None:
    line = Turns(2, 2)
    tasks = asked(line, hands, *((str(number), CLEAN) for number in range(7)))
    hands.let_go(7)
    assert await ended(tasks) == ["0", "1", "2", "3", Busy, Busy, Busy]
    assert await line.run(lambda: "room again", Place()) == "room again"
    line.close()


async def test_L2_nobody_waits_for_longer_than_a_few_seconds_however_slow_the_machine(hands: Hands) -> None:
    line = Turns(2, 40)
    line.seconds = 2.0  # of one: six seconds are three for each of two threads, beside the one that it is at
    tasks = asked(line, hands, *((str(number), CLEAN) for number in range(12)))
    await until(lambda: line.refused == 4)
    hands.let_go(12)
    assert await ended(tasks) == [*map(str, range(8)), *[Busy] * 4]
    await until(lambda: line.under_way == 0)
    assert line.seconds < 2.0  # it has got quicker
    line.close()


async def test_L7_who_was_let_wait_for_too_long_is_told_to_come_back(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Turns(1, 40)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN), ("guess", rank(9)))
    await until(lambda: line.under_way == 3)
    monkeypatch.setattr(turns, "PATIENCE", 0.0)
    await asyncio.sleep(0.001)
    hands.let_go(3)
    assert await ended(tasks) == ["at work", "ready", Busy]
    await until(lambda: line.under_way == 0)
    line.close()


async def test_whoever_goes_away_leaves_their_place(hands: Hands) -> None:
    line = Turns(1, 2)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN), ("gone", CLEAN))
    await until(lambda: line.under_way == 3)
    tasks[2].cancel()
    await until(lambda: line.under_way == 2)
    tasks += asked(line, hands, ("instead", CLEAN))
    hands.let_go(3)
    assert await ended(tasks) == ["at work", "ready", asyncio.CancelledError, "instead"]
    assert hands.begun == ["at work", "ready", "instead"]
    line.close()


async def test_whoever_goes_away_as_their_turn_comes_gives_it_to_the_next(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Turns(1, 3)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN), ("gone", CLEAN), ("next", CLEAN))
    await until(lambda: line.under_way == 4)
    monkeypatch.setattr(turns, "READY", 2)
    line._busy += 1
    line._end(CLEAN)  # as when one more thread has ended, and before "gone" has heard of it
    tasks[2].cancel()
    await until(tasks[2].done)
    assert line.under_way == 3
    hands.let_go(3)
    assert await ended(tasks) == ["at work", "ready", asyncio.CancelledError, "next"]
    line.close()


async def test_whoever_has_just_gone_away_is_passed_over(hands: Hands) -> None:
    line = Turns(1, 2)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN), ("gone", rank(9)))
    await until(lambda: line.under_way == 3)
    tasks += asked(line, hands, ("clean", CLEAN))
    tasks[2].cancel()  # "clean" comes before it can leave its place
    await until(tasks[2].done)
    hands.let_go(3)
    assert await ended(tasks) == ["at work", "ready", asyncio.CancelledError, "clean"]
    assert line.refused == 0
    line.close()


async def test_whoever_goes_away_just_before_their_turn_is_passed_over(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Turns(1, 2)
    tasks = asked(line, hands, ("at work", CLEAN), ("ready", CLEAN), ("gone", CLEAN))
    await until(lambda: line.under_way == 3)
    monkeypatch.setattr(turns, "READY", 2)
    line._busy += 1
    tasks[2].cancel()
    line._end(CLEAN)  # before "gone" could leave its place
    assert line.under_way == 2
    hands.let_go(2)
    assert await ended(tasks) == ["at work", "ready", asyncio.CancelledError]
    line.close()


async def test_RQ_a_hash_that_cannot_begin_takes_no_place_in_the_queue() -> None:
    line = Turns(1, 1)
    line.close()  # as where the machine gives no thread
    for _ in range(4):
        with pytest.raises(RuntimeError):
            await line.run(lambda: None, Place())
    assert line.under_way == 0


async def test_a_hash_that_ends_after_its_loop_harms_nobody(hands: Hands) -> None:
    line = Turns(1, 1)

    def begin() -> None:
        async def leave() -> None:
            task = asyncio.create_task(line.run(hands.work("left"), Place()))
            await until(lambda: hands.begun == ["left"])
            task.cancel()

        asyncio.run(leave())

    await asyncio.to_thread(begin)
    hands.let_go()
    line.pool.shutdown(wait=True)


def test_tries_under_way_are_counted_by_address() -> None:
    tries = Tries()
    with tries.one("192.0.2.1"), tries.one("192.0.2.1"), tries.one("192.0.2.2"):
        assert [tries.under_way(f"192.0.2.{last}") for last in (1, 2, 3)] == [2, 1, 0]
    assert [tries.under_way(f"192.0.2.{last}") for last in (1, 2)] == [0, 0]
    assert not tries._by_address  # nothing is kept of whoever has gone

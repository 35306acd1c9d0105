"""Threads that work for an event loop give back what was done, raise what failed, and end when they are told."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from rdtr.service.hands import Hands


@pytest.fixture
def hands() -> Iterator[Hands[int]]:
    hands: Hands[int] = Hands(2, "hands")
    yield hands
    hands.close()


def test_every_job_of_many_comes_back_once(hands: Hands[int]) -> None:
    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(hands.do(lambda k=k: k * k) for k in range(5_000)))  # type: ignore[misc]

    assert asyncio.run(all_of_them()) == [k * k for k in range(5_000)]


def test_no_more_threads_work_than_were_asked_for(hands: Hands[int]) -> None:
    def who() -> int:
        time.sleep(0.001)
        return threading.get_ident()

    async def all_of_them() -> set[int]:
        return set(await asyncio.gather(*(hands.do(who) for _ in range(100))))

    assert len(asyncio.run(all_of_them())) == 2


def test_what_a_job_raises_is_raised_where_it_is_waited_for(hands: Hands[int]) -> None:
    async def one_of_three() -> list[int | BaseException]:
        jobs = [hands.do(lambda: 1), hands.do(lambda: 1 // 0), hands.do(lambda: 3)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    one, failed, three = asyncio.run(one_of_three())
    assert (one, three) == (1, 3)
    assert isinstance(failed, ZeroDivisionError)


def test_while_many_jobs_wait_the_loop_looks_by_itself(hands: Hands[int], monkeypatch: pytest.MonkeyPatch) -> None:
    async def all_of_them() -> int:
        loop, told = asyncio.get_running_loop(), []
        wake = loop.call_soon_threadsafe
        monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *given: told.append(1) or wake(*given))
        await asyncio.gather(*(hands.do(lambda: time.sleep(0.001) or 1) for _ in range(200)))
        return len(told)

    assert 1 <= asyncio.run(all_of_them()) < 50


def test_what_is_done_does_not_wait_for_a_long_job_before_many_others() -> None:
    hands: Hands[bool] = Hands(1, "hands")

    async def all_of_them() -> list[bool]:
        back = threading.Event()
        quick = [hands.do(lambda: True) for _ in range(5)]
        quick[-1].add_done_callback(lambda _: back.set())
        jobs = [*quick, hands.do(lambda: back.wait(10)), *(hands.do(lambda: True) for _ in range(20))]
        return await asyncio.gather(*jobs)

    assert all(asyncio.run(all_of_them()))
    hands.close()


def test_who_waits_no_longer_does_no_harm(hands: Hands[int]) -> None:
    async def cancelled() -> int:
        hands.do(lambda: time.sleep(0.05) or 1).cancel()
        return await hands.do(lambda: 2)

    assert asyncio.run(cancelled()) == 2


def test_another_loop_may_use_them_after_one_that_ended_in_the_middle(hands: Hands[int]) -> None:
    told: list[int] = []

    async def left_behind() -> None:
        hands.do(lambda: time.sleep(0.05) or 1).add_done_callback(lambda done: told.append(done.result()))

    async def waited_for() -> int:
        return await hands.do(lambda: 2)

    asyncio.run(left_behind())
    assert asyncio.run(waited_for()) == 2
    time.sleep(0.1)
    assert asyncio.run(waited_for()) == 2
    assert told == []  # a loop that is closed is told nothing, and those after it miss nothing for that


def test_closing_cancels_what_waits_and_ends_the_threads(hands: Hands[int]) -> None:
    async def closed() -> list[int | BaseException]:
        begun = threading.Barrier(3)
        under_way = [hands.do(lambda: min(begun.wait(10), 0) + 1) for _ in range(2)]
        waiting = [hands.do(lambda: 2) for _ in range(3)]
        await asyncio.to_thread(begun.wait, 10)
        hands.close()
        return await asyncio.gather(*under_way, *waiting, return_exceptions=True)

    before = threading.active_count()
    done = asyncio.run(closed())
    assert done[:2] == [1, 1]
    assert all(one == 2 or isinstance(one, asyncio.CancelledError) for one in done[2:])
    end = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < end:
        time.sleep(0.01)
    assert threading.active_count() <= before

"""The parent of the workers: who dies or hangs is found out within seconds, who starts is given time."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from rdtr.service.workers import HUNG_S, STARTING_S, Workers


class Worker:
    """A worker that answers, or not, as the test wants."""

    def __init__(self) -> None:
        self.alive, self.answers = True, True
        self._due = 0
        self.process = self.parent_conn = self
        self.pid, self.exitcode, self.killed = 1, -9, False

    def is_alive(self) -> bool:
        return self.alive

    def send(self, _: bytes) -> None:
        self._due += 1

    def poll(self, _: float) -> bool:
        return self.answers and self._due > 0

    def recv(self) -> bool:
        self._due -= 1
        return True

    def kill(self) -> None:
        self.killed = True

    def join(self) -> None: ...


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def parent(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workers]:
    before = {s: signal.getsignal(s) for s in signal.Signals if s not in (signal.SIGKILL, signal.SIGSTOP)}
    yield Workers(uvicorn.Config("nothing:here"), [], clock=clock)
    for number, handler in before.items():
        if handler is not None:
            signal.signal(number, handler)


def lives(parent: Workers, worker: Any) -> bool:
    return parent.lives(worker)


def test_a_worker_that_answers_lives_on(parent: Workers, clock: Clock) -> None:
    worker = Worker()
    for _ in range(1_000):
        assert lives(parent, worker)
        clock.now += 0.5


def test_a_dead_worker_is_seen_at_the_next_look_although_another_one_is_just_starting(parent: Workers) -> None:
    starting, dead = Worker(), Worker()
    starting.answers, dead.alive = False, False
    begin = time.monotonic()
    assert (lives(parent, starting), lives(parent, dead)) == (True, False)
    assert time.monotonic() - begin < 0.5


def test_a_worker_that_hangs_is_given_seconds_and_one_that_imports_minutes(parent: Workers, clock: Clock) -> None:
    hangs, imports = Worker(), Worker()
    imports.answers = False
    lives(parent, hangs), lives(parent, imports)
    lives(parent, hangs)
    hangs.answers = False
    clock.now = HUNG_S
    assert (lives(parent, hangs), lives(parent, imports)) == (True, True)
    clock.now = HUNG_S + 0.1
    assert (lives(parent, hangs), lives(parent, imports)) == (False, True)
    clock.now = STARTING_S + 0.1
    assert not lives(parent, imports)


def test_a_worker_that_cannot_start_stops_the_parent_too(parent: Workers) -> None:
    broken: Any = Worker()
    broken.alive, broken.exitcode = False, 3
    parent.processes = [broken]
    parent.keep_subprocess_alive()
    assert (broken.killed, parent.should_exit.is_set()) == (True, True)

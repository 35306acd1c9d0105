"""The parent of worker processes: a dead or hung one is replaced within seconds. Answers no request itself."""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from socket import socket
from typing import Final
from weakref import WeakKeyDictionary

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess, Process

__all__ = ["HUNG_S", "STARTING_S", "Workers"]

HUNG_S: Final = 10.0
"""A worker that has answered before and is silent for so long is replaced; reading and compiling let it answer."""

STARTING_S: Final = 120.0
"""So long may pass before its first answer: until all modules are imported no thread of it can give one."""

_LOG: Final = logging.getLogger("uvicorn.error")


@dataclass(slots=True)
class _Watch:
    """What the parent knows of a worker: when it was asked last without an answer, and whether it ever answered."""

    asked: float | None = None
    heard: bool = False


class Workers(Multiprocess):
    """uvicorn's supervisor, which waits for nobody.

    uvicorn's own waits for the answer of one worker before it looks at the next, with one patience for all: while a new
    worker imports, nobody sees that another one dies, and a patience short enough for those that hang kills those that
    import.

    Parameters
    ----------
    config
        How each worker runs.
    sockets
        On which all of them listen.
    clock
        Seconds that only grow.
    """

    def __init__(
        self, config: uvicorn.Config, sockets: list[socket], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(config, sockets)
        self._clock = clock
        self._watches: WeakKeyDictionary[Process, _Watch] = WeakKeyDictionary()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that have died or hang; give up if one cannot even start."""
        for place, process in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if not self.lives(process):
                self._replace(place, process)

    def lives(self, process: Process) -> bool:
        """Whether a worker runs and answers; it is asked, and its answer is looked for at the next call."""
        if not process.process.is_alive():
            return False
        watch, now = self._watches.setdefault(process, _Watch()), self._clock()
        try:
            if watch.asked is not None and process.parent_conn.poll(0):
                process.parent_conn.recv()
                watch.asked, watch.heard = None, True
            if watch.asked is None:
                process.parent_conn.send(b"ping")
                watch.asked = now
        except (OSError, EOFError, pickle.UnpicklingError):
            return False
        return now - watch.asked <= (HUNG_S if watch.heard else STARTING_S)

    def _replace(self, place: int, process: Process) -> None:
        process.kill()
        process.join()
        if process.exitcode == STARTUP_FAILURE:  # the next one would fail in the same way
            _LOG.error("Child process [%s] failed to start, stopping the parent process.", process.pid)
            self.should_exit.set()
            return
        _LOG.info("Child process [%s] died", process.pid)
        self.processes[place] = new = Process(self.config, self.sockets)
        new.start()

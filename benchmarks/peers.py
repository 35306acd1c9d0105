"""Peers in processes of their own: their environments, how they are asked, what becomes of one that fails."""

from __future__ import annotations

import hashlib
import json
import re
import selectors
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from benchmarks.pairs import Pairs

__all__ = ["PeerError", "Worker", "environment"]

_HERE = Path(__file__).parent
_LOAD_LIMIT_S = 600.0


class PeerError(Exception):
    """A peer that cannot be installed, failed or took too long; the message goes into its row."""


def environment(name: str, folder: Path) -> Path:
    """Return the interpreter of a peer's own environment; make it where it is missing or its pins have changed.

    Parameters
    ----------
    name
        Of the file ``requirements-<name>.txt`` beside this module.
    folder
        Where environments are kept.

    Raises
    ------
    PeerError
        If it cannot be installed, with the reason.
    """
    pins = _HERE / f"requirements-{name}.txt"
    home = folder / f"env-{name}"
    python, stamp = home / "bin" / "python", home / "pins"
    wanted = hashlib.sha256(pins.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return python
    try:
        venv.create(home, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PeerError(f"not installed: no environment could be made ({type(error).__name__})") from error
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(pins)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PeerError(f"not installed: {_reason(done.stderr)}")
    stamp.write_text(wanted, encoding="ascii")
    return python


def _reason(stderr: str) -> str:
    lines = [line for line in stderr.splitlines() if line.startswith("ERROR")] or ["pip failed without a word"]
    return re.sub(r"\S*(://|/)\S+", "…", lines[-1])[:160]


@dataclass
class Worker:
    """A running peer.

    Attributes
    ----------
    name
        What the table calls it.
    """

    name: str
    _process: subprocess.Popen[str]
    _dead: str = ""

    @classmethod
    def start(cls, name: str, script: str, python: Path | None = None) -> Self:
        """Start a worker script, in our own environment where no other interpreter is given."""
        command = [str(python or sys.executable), str(_HERE / "workers" / script)]
        pipe = subprocess.PIPE
        # what it has to say about itself would only stand between the lines of our table
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        return cls(name, process)

    def load(self, **layers: Path) -> None:
        """Let it read layers into memory; not part of any time."""
        for name, path in layers.items():
            self.ask(_LOAD_LIMIT_S, do="load", name=name, path=str(path))

    def seconds(self, parcels: str, zones: str, limit_s: float) -> float:
        """Let it measure all pairs; return the seconds it took by its own clock."""
        return float(self.ask(limit_s, do="query", parcels=parcels, zones=zones)["seconds"])

    def pairs(self, parcels: str, zones: str, limit_s: float, folder: Path) -> tuple[float, Pairs]:
        """Let it measure all pairs; return its time and what it found."""
        out = folder / "answer.npz"
        answer = self.ask(limit_s, do="query", parcels=parcels, zones=zones, out=str(out))
        with np.load(out) as found:
            return float(answer["seconds"]), Pairs(found["left"], found["right"], found["area"])

    def ask(self, limit_s: float, **request: Any) -> dict[str, Any]:
        """Let it do something; return its answer.

        Parameters
        ----------
        limit_s
            After this it is ended.
        **request
            ``do``, the name of the function, and its arguments.

        Raises
        ------
        PeerError
            If it failed or took too long; after the latter it answers no more.
        """
        if self._dead:
            raise PeerError(self._dead)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ)
            try:
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
            except BrokenPipeError:
                self._give_up("ended by itself")
            if not ready.select(limit_s):
                self._give_up(f"given up after {limit_s:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            self._give_up("ended by itself")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise PeerError(answer["error"])
        return answer

    def _give_up(self, why: str) -> None:
        self._dead = why
        self._process.kill()
        raise PeerError(why)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end in (self._process.stdin, self._process.stdout):
            if end is not None and not end.closed:
                end.close()
        self._process.kill()
        self._process.wait()

"""Load by wrk: many connections ask for tiles one after the other. Starts no server."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import PeerError

__all__ = ["CONNECTIONS", "Load", "asked"]

CONNECTIONS = 32
_LOOK_S, _PATIENCE_S = 0.3, 30.0
_AT_REST = 0.1  # of one core
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass(frozen=True)
class Load:
    """What came of one run.

    Attributes
    ----------
    per_s
        Answers a second.
    p99_ms
        99 of 100 answers came within.
    bad
        Answers that were neither 200 nor 304, and connections that failed.
    cpu_ms
        Processor time an answer: of the whole machine but wrk, which is nearly all the server's on a quiet one. A server
        of several threads, or one that has a database work for it, is slower than this says only where cores are left over.
    """

    per_s: float
    p99_ms: float
    bad: int
    cpu_ms: float


def asked(url: str, paths: Sequence[str], seconds: float, folder: Path, *, gzip: bool = True) -> Load:
    """Ask for paths in turn.

    Parameters
    ----------
    url
        Where the server is, without a path.
    paths
        In the order in which they are asked.
    seconds
        How long.
    folder
        For the script.
    gzip
        Whether compressed answers are taken.

    Raises
    ------
    PeerError
        If wrk is missing or says nothing.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise PeerError("not measured: needs the Debian package wrk")
    script = folder / "paths.lua"
    listed = ",\n".join(f'"{path}"' for path in paths)
    header = '{["Accept-Encoding"]="gzip"}' if gzip else "{}"
    script.write_text(
        f"local paths = {{{listed}}}\nlocal asked, i = {{}}, 0\n"
        # written once: the processor is for the server
        f'init = function() for k, path in ipairs(paths) do asked[k] = wrk.format("GET", path, {header}) end end\n'
        "request = function() i = i % #asked + 1; return asked[i] end\n",
        encoding="utf-8",
    )
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(seconds, 1):.0f}s", "--timeout", "60s", "--latency", "-s"]
    _settle()
    busy = _others_s()
    done = subprocess.run([*command, str(script), url], capture_output=True, text=True, check=False)
    return _read(done.stdout, _others_s() - busy)


def _settle() -> None:
    """Wait until the machine rests: a server works on for seconds on what nobody waits for any more."""
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        busy, start = _others_s(), time.monotonic()
        time.sleep(_LOOK_S)
        if _others_s() - busy < _AT_REST * (time.monotonic() - start):
            return


def _others_s() -> float:
    """Processor time that all but this process and its children took since the machine started."""
    user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text(encoding="ascii").split()[1:8])
    mine = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    ticks = user + nice + system + irq + softirq
    return ticks / os.sysconf("SC_CLK_TCK") - sum(one.ru_utime + one.ru_stime for one in mine)


def _read(said: str, busy_s: float) -> Load:
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if rate is None or p99 is None:
        raise PeerError("wrk said nothing that can be read")
    bad = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", said))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    bad += sum(map(int, errors.groups())) if errors else 0
    answers = re.search(r"(\d+) requests in", said)
    if answers is None or answers[1] == "0":
        raise PeerError("nothing was answered")
    return Load(float(rate[1]), float(p99[1]) * _UNITS[p99[2]], bad, busy_s / int(answers[1]) * 1e3)

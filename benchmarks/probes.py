"""What only a fresh process can tell: peak memory of a check, and what the first call pays the compiler.

Run as ``python -m benchmarks.probes memory|compile``; prints one JSON line.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

__all__ = ["first_check", "memory"]


def memory(plan: Path, permits: Path) -> dict[str, float]:
    """Check all permits in a fresh process; return MiB: ``total`` at the peak, ``data`` before, ``beyond`` the data."""
    return _fresh("memory", str(plan), str(permits))


def first_check(cache: Path) -> dict[str, float]:
    """Check one parcel in a fresh process; return seconds: ``imports`` and ``check``."""
    return _fresh("compile", NUMBA_CACHE_DIR=str(cache))


def cold_and_warm() -> tuple[dict[str, float], dict[str, float]]:
    """The first check with an empty cache of machine code, and the same in the next process."""
    with tempfile.TemporaryDirectory() as cache:
        return first_check(Path(cache)), first_check(Path(cache))


def _fresh(*arguments: str, **environ: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.probes", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **environ})
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _memory(plan_path: str, permits_path: str) -> dict[str, Any]:
    import geopandas as gpd

    import rdtr

    with open(plan_path, "rb") as file:  # noqa: PTH123 - a path from the command line
        plan = pickle.load(file)
    plan.index  # noqa: B018 - built here, it is part of the data
    permits = gpd.read_parquet(permits_path)
    rdtr.check(plan, permits.iloc[:100])  # the compiler's own memory is no part of a check's
    data, peak = _resident(), _status("VmHWM")  # not ru_maxrss: that begins with what the parent process held
    Path("/proc/self/clear_refs").write_text("5")  # the high-water mark of reading must not hide that of checking
    report = rdtr.check(plan, permits)
    report.permits  # noqa: B018
    checked = _status("VmHWM")
    return {"total": max(peak, checked), "data": data, "beyond": checked - data, "permits": len(report)}


def _resident() -> float:
    return _status("VmRSS")


def _status(field: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field + ":")) / 1024


def _compile() -> dict[str, float]:
    start = time.perf_counter()
    import geopandas as gpd
    import shapely

    import rdtr

    zones = gpd.GeoDataFrame(
        {"KODSZN": ["R-2", "K-1"]}, geometry=[shapely.box(0, 0, 50, 50), shapely.box(50, 0, 90, 50)], crs=9480
    )
    plan = rdtr.Plan.build(zones)
    imported = time.perf_counter()
    rdtr.check(plan, shapely.box(10, 10, 70, 20)).permits  # noqa: B018
    return {"imports": imported - start, "check": time.perf_counter() - imported}


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    print(json.dumps({"memory": _memory, "compile": _compile}[kind](*rest)))

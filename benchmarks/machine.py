"""What a table must say about where it was made: date, processor, versions. No host names, no paths."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import shapely

__all__ = ["describe"]

_LIBRARIES = ("rdtr", "numpy", "numba", "shapely", "geopandas", "pandas", "pyarrow")


def describe() -> list[str]:
    """Lines about the machine and the libraries."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores of {_processor()}, {memory:.0f} GiB",
        f"Python {platform.python_version()}, {libraries}, GEOS {shapely.geos_version_string}",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

"""What the service counts, and Prometheus' text of it, over all workers. Knows no person and no place."""

from __future__ import annotations

import json
import os
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from rdtr.atomic import new_file
from rdtr.errors import FileError

__all__ = ["BUCKETS", "Metrics"]

BUCKETS: Final = (0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)
"""Seconds; upper edges of the histogram."""

_HELP: Final = {
    "rdtr_requests_total": ("counter", "Requests answered, by kind of address and status"),
    "rdtr_sent_bytes_total": ("counter", "Bytes of bodies sent, by kind of address"),
    "rdtr_request_seconds": ("histogram", "Seconds from request to answer, of what is not in memory"),
    "rdtr_tiles_total": ("counter", "Tiles, by where they came from: memory or drawn"),
    "rdtr_tile_cache_bytes": ("gauge", "Memory for encoded tiles, bytes, all workers"),
    "rdtr_tile_cache_tiles": ("gauge", "Encoded tiles in memory, all workers"),
    "rdtr_plans": ("gauge", "Plans that are served"),
    "rdtr_broken_packages": ("gauge", "Packages in the folder that cannot be read"),
    "rdtr_workers": ("gauge", "Processes that answer"),
}


@dataclass(slots=True, eq=False)
class Metrics:
    """Counters of one worker.

    Attributes
    ----------
    folder
        Where workers leave their counters for each other; None: there is one worker.
    counters
        By name and labels; they only grow.
    gauges
        By name; as of the last look.
    """

    folder: Path | None = None
    counters: Counter[str] = field(default_factory=Counter)
    gauges: dict[str, float] = field(default_factory=dict)

    def answered(self, kind: str, status: int, sent: int) -> None:
        """Count one answer."""
        self.counters[f'rdtr_requests_total{{kind="{kind}",status="{status}"}}'] += 1
        self.counters[f'rdtr_sent_bytes_total{{kind="{kind}"}}'] += sent

    def took(self, kind: str, seconds: float) -> None:
        """Count how long one answer took."""
        for edge in (*BUCKETS[bisect_left(BUCKETS, seconds) :], "+Inf"):
            self.counters[f'rdtr_request_seconds_bucket{{kind="{kind}",le="{edge}"}}'] += 1
        self.counters[f'rdtr_request_seconds_sum{{kind="{kind}"}}'] += seconds  # type: ignore[assignment]
        self.counters[f'rdtr_request_seconds_count{{kind="{kind}"}}'] += 1

    def leave(self) -> None:
        """Write the counters where the other workers find them; what cannot be written is left out, not fatal."""
        if self.folder is not None:
            with suppress(FileError), new_file(self.folder / f"{os.getpid()}.json") as place:
                place.write_text(json.dumps([self.counters, self.gauges]), encoding="utf-8")

    def text(self) -> str:
        """Return the counters of all workers together, in Prometheus' text format."""
        self.leave()
        found = [(self.counters, self.gauges), *self._others()]
        counters: Counter[str] = Counter()
        for mine, _ in found:
            counters.update(mine)
        living = [gauges for _, gauges in found if gauges]
        gauges = {name: _together(name, [one.get(name, 0.0) for one in living]) for name in self.gauges}
        return "\n".join([*_lines({**counters, **gauges, "rdtr_workers": float(len(living))}), ""])

    def _others(self) -> Iterator[tuple[Mapping[str, Any], Mapping[str, float]]]:
        if self.folder is None:
            return
        for path in sorted(self.folder.glob("*.json")):
            if path.stem != str(os.getpid()):
                with suppress(OSError, ValueError):
                    counted, held = json.loads(path.read_text(encoding="utf-8"))
                    yield counted, held if _lives(int(path.stem)) else {}


def _together(name: str, values: list[float]) -> float:
    return sum(values) if name.startswith("rdtr_tile_cache") else max(values)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def _lines(values: Mapping[str, float]) -> Iterator[str]:
    for name, (kind, words) in _HELP.items():
        mine = sorted(
            key for key in values if key.partition("{")[0].removesuffix("_bucket") == name or _part(key, name)
        )
        if mine:
            yield f"# HELP {name} {words}"
            yield f"# TYPE {name} {kind}"
            yield from (f"{key} {values[key]:.10g}" for key in mine)


def _part(key: str, name: str) -> bool:
    return key.partition("{")[0] in (f"{name}_sum", f"{name}_count")

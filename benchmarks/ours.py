"""What rdtr itself is timed at: the kernel, the index, the use-check, and how they grow. Peers are in `against`."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import geopandas as gpd

import rdtr
from benchmarks import probes
from benchmarks.data import City
from benchmarks.pairs import Pairs
from benchmarks.table import Row, duration, times
from benchmarks.timing import in_turn, medians, seconds_of
from rdtr.types import ObjectArray
from rdtr.zoning.overlap import measure

__all__ = ["compiler", "growth", "index_and_check", "kernel", "peak_memory", "warm_up"]

CORES: Final = os.cpu_count() or 1
_REPEATS: Final = 9


def kernel(city: City, parcels: ObjectArray, workers: int = CORES) -> Pairs:
    """Overlap areas of parcels and zones, the index prepared."""
    found = measure(parcels, city.grid, workers=workers)
    return Pairs(found.left, found.right, found.area)


def warm_up(city: City) -> None:
    """Build the index and let the compiler do its work before any time is taken."""
    for plan in (city.plan, city.use_plan):
        rdtr.check(plan, city.permits.iloc[:500]).permits  # noqa: B018 - the table is made when it is asked for
    kernel(city, city.parcels[:500])


def _use_check(city: City) -> None:
    rdtr.check(city.use_plan, city.permits).permits  # noqa: B018


def _full_check(city: City) -> None:
    rdtr.check(city.plan, city.permits).permits  # noqa: B018


def index_and_check(city: City, permits: Path) -> list[Row]:
    """The full use-check beside the time that reading the same parcels takes, and building the index."""
    group, n = "Checking", len(city.permits)
    taken = in_turn(
        {
            "read": lambda: seconds_of(lambda: gpd.read_parquet(permits)),
            "check": lambda: seconds_of(lambda: _use_check(city)),
            "full": lambda: seconds_of(lambda: _full_check(city)),
            "index": lambda: seconds_of(lambda: replace(city.plan).index),
        },
        repeats=_REPEATS,
    )
    read, check, full, index = (medians(taken)[k] for k in ("read", "check", "full", "index"))
    return [
        Row(group, "geopandas.read_parquet of the parcels", n, duration(read), "1x"),
        Row(group, "rdtr.check, use of every parcel", n, duration(check), f"{times(check / read)} the reading"),
        Row(group, "the same with buffers and overlay layers", n, duration(full), f"{times(full / read)} the reading"),
        Row(group, "index of the plan, once a plan", None, duration(index), f"{times(index / read)} the reading"),
    ]


def growth(small: City, large: City) -> list[Row]:
    """How much longer ten times as many parcels take, in a city ten times as large."""
    rows = []
    works: dict[str, Callable[[City], object]] = {
        "overlap kernel": lambda city: kernel(city, city.parcels),
        "rdtr.check": _use_check,
    }
    n, more = len(small.permits), len(large.permits)
    for name, work in works.items():
        taken = medians(
            in_turn(
                {
                    "small": lambda work=work: seconds_of(lambda: work(small)),
                    "large": lambda work=work: seconds_of(lambda: work(large)),
                },
                repeats=_REPEATS,
            )
        )
        ratio = f"{times(taken['large'] / taken['small'])} for {times(more / n)} the parcels"
        rows.append(Row("Growth", name, n, duration(taken["small"]), "1x"))
        rows.append(Row("Growth", name, more, duration(taken["large"]), ratio))
    return rows


def peak_memory(plan: Path, permits: Path) -> list[Row]:
    """Peak memory of a check in a fresh process."""
    found = probes.memory(plan, permits)
    n = int(found["permits"])
    beside = f"{found['data']:,.0f} MiB are libraries, plan, index, parcels"
    return [
        Row("Memory", "peak of rdtr.check, all in all", n, f"{found['total']:,.0f} MiB", beside),
        Row("Memory", "of it beyond the data itself", n, f"{found['beyond']:,.0f} MiB"),
    ]


def compiler() -> list[Row]:
    """What the first check of a machine and the first check of a process pay the compiler."""
    cold, warm = probes.cold_and_warm()
    group = "First check in a fresh process"
    saved = f"{times(cold['check'] / warm['check'])} the next"
    return [
        Row(group, "first on this machine: compiles", 1, duration(cold["check"]), saved),
        Row(group, "every later one: machine code from the cache", 1, duration(warm["check"]), "1x"),
        Row(group, "imports before it", None, duration(warm["imports"])),
    ]

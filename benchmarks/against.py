"""Overlap areas, ours beside every peer's: on the same split pieces, and on zones as they come. Runs them in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
import shapely

import rdtr
from benchmarks import expert, ours
from benchmarks.data import City, sample_rows
from benchmarks.pairs import AGREE_M2, Difference, Pairs, compare
from benchmarks.peers import PeerError, Worker, environment
from benchmarks.table import Row, duration, times
from benchmarks.timing import light_heap, seconds_of
from rdtr.types import ObjectArray

__all__ = ["PEERS", "Options", "as_they_come", "on_pieces"]

PEERS: Final = ("overlay", "shapely", "sedona", "duckdb")
_WORKERS: Final = {
    "overlay": ("geopandas.overlay", "overlay_worker.py"),
    "sedona": ("SedonaDB", "sedona_worker.py"),
    "duckdb": ("DuckDB spatial", "duckdb_worker.py"),
}


@dataclass(frozen=True)
class Options:
    """How long peers are waited for.

    Attributes
    ----------
    peers
        Names of `PEERS` that take part.
    folder
        Where environments and files are kept.
    repeats
        Rounds.
    limit_s
        After this a query is given up.
    budget_s
        A peer that took longer in total sits out further rounds.
    """

    peers: tuple[str, ...] = PEERS
    folder: Path = Path(".bench")
    repeats: int = 3
    limit_s: float = 300.0
    budget_s: float = 60.0


@dataclass
class _Entry:
    """One competitor: how it runs, what it found, what it took; a reason instead where it failed."""

    what: str
    run: Callable[[], tuple[float, Pairs]]
    seconds: tuple[float, ...] = ()
    found: Pairs | None = None
    failed: str = ""


def on_pieces(city: City, paths: dict[str, Path], options: Options) -> list[Row]:
    """All parcels against pieces of at most 128 vertices: what an expert would do."""
    entries = [
        _timed(f"rdtr, {ours.CORES} threads, index prepared", lambda: ours.kernel(city, city.parcels)),
        _timed("rdtr, 1 thread, index prepared", lambda: ours.kernel(city, city.parcels, 1)),
        _timed("rdtr.overlap_areas, index built in the call", lambda: _public(city)),
    ]
    with ExitStack() as stack:
        if "shapely" in options.peers:
            entries += _experts(city)
        for peer in ("sedona", "duckdb"):
            if peer in options.peers:
                name = f"{_WORKERS[peer][0]}, pieces"
                layers = {"parcels": paths["parcels"], "pieces": paths["pieces"]}
                entries.append(_worker(stack, peer, name, layers, "pieces", city.owner, options))
        _rounds(entries, options)
    group = "Overlap areas, zones split into pieces"
    return _rows(group, entries, len(city.permits), _geos_of(city, np.arange(len(city.permits))))


def as_they_come(city: City, paths: dict[str, Path], options: Options) -> list[Row]:
    """A few parcels against zones as the file has them, road body and all: what a newcomer would do."""
    few = sample_rows(city)
    some = city.parcels[few]
    entries = [_timed(f"rdtr, {ours.CORES} threads, index prepared", lambda: _named(ours.kernel(city, some), few))]
    with ExitStack() as stack:
        for peer in ("overlay", "sedona", "duckdb"):
            if peer in options.peers:
                layers = {"parcels": paths["few"], "zones": paths["zones"]}
                entries.append(_worker(stack, peer, _WORKERS[peer][0], layers, "zones", None, options))
        _rounds(entries, options)
    return _rows("Overlap areas, zones as they come", entries, len(few), _geos_of(city, few))


def _timed(what: str, function: Callable[[], Pairs]) -> _Entry:
    def run() -> tuple[float, Pairs]:
        found: list[Pairs] = []
        return seconds_of(lambda: found.append(function())), found[0]

    return _Entry(what, run)


def _named(pairs: Pairs, rows: np.ndarray) -> Pairs:
    return Pairs(rows[pairs.left], pairs.right, pairs.area)


def _public(city: City) -> Pairs:
    return Pairs(*rdtr.overlap_areas(city.parcels, city.zones))


def _experts(city: City) -> list[_Entry]:
    tree = shapely.STRtree(city.pieces)
    tree.query(city.parcels[:1])  # builds it

    def with_threads(workers: int) -> _Entry:
        what = f"shapely {shapely.__version__}, {workers} thread{'s' * (workers > 1)}, tree prepared"
        entry = _timed(what, lambda: expert.measure(city.parcels, city.pieces, tree, workers))
        return _owned(entry, city.owner)

    return [with_threads(workers) for workers in sorted({1, ours.CORES})]


def _owned(entry: _Entry, owner: np.ndarray | None) -> _Entry:
    """Name zones instead of pieces; outside the time, for the peers' benefit."""
    inner = entry.run

    def run() -> tuple[float, Pairs]:
        seconds, found = inner()
        return seconds, found if owner is None else Pairs(found.left, owner[found.right], found.area)

    entry.run = run
    return entry


def _worker(
    stack: ExitStack,
    peer: str,
    what: str,
    layers: dict[str, Path],
    zones: str,
    owner: np.ndarray | None,
    options: Options,
) -> _Entry:
    name, script = _WORKERS[peer]
    try:
        python = None if peer == "overlay" else environment(peer, options.folder)
        worker = stack.enter_context(Worker.start(name, script, python))
        worker.load(**layers)
    except PeerError as error:
        return _Entry(what, lambda: (0.0, Pairs(*np.zeros((3, 0)))), failed=str(error))
    return _owned(_Entry(what, lambda: worker.pairs("parcels", zones, options.limit_s, options.folder)), owner)


def _rounds(entries: Iterable[_Entry], options: Options) -> None:
    with light_heap():
        for _ in range(options.repeats):
            for entry in entries:
                if not entry.failed and sum(entry.seconds) <= options.budget_s:
                    _run(entry)


def _run(entry: _Entry) -> None:
    try:
        seconds, entry.found = entry.run()
        entry.seconds += (seconds,)
    except PeerError as error:
        entry.failed = str(error)


def _rows(
    group: str, entries: list[_Entry], parcels: int, oracle: Callable[[Difference], tuple[float, str]]
) -> list[Row]:
    first = entries[0]
    return [_row(group, entry, first, parcels, oracle) for entry in entries]


def _row(
    group: str, entry: _Entry, first: _Entry, parcels: int, oracle: Callable[[Difference], tuple[float, str]]
) -> Row:
    if entry.found is None or first.found is None:
        return Row(group, entry.what, parcels, entry.failed)
    seconds = median(entry.seconds)
    if entry is first:
        return Row(group, entry.what, parcels, duration(seconds), "1x")
    difference = compare(first.found, entry.found)
    ratio = f"{times(seconds / median(first.seconds))} ours"
    return Row(group, entry.what, parcels, duration(seconds), ratio, difference, _explain(difference, oracle))


def _explain(difference: Difference, oracle: Callable[[Difference], tuple[float, str]]) -> str:
    if difference.m2 <= AGREE_M2:
        return ""
    area, how = oracle(difference)
    ours_off, theirs_off = abs(difference.ours_m2 - area), abs(difference.theirs_m2 - area)
    return (
        f"{difference.count:,} pairs differ by more than {AGREE_M2:.0e} m²; most in one of {area:,.6f} m² ({how}), "
        f"from which ours is {ours_off:.0e} m² away and theirs {theirs_off:.0e} m²"
    )


def _geos_of(city: City, rows: np.ndarray) -> Callable[[Difference], tuple[float, str]]:
    """Judge a disputed pair by GEOS near the origin, where coordinates keep all their digits."""

    def judge(difference: Difference) -> tuple[float, str]:
        parcel: ObjectArray = city.parcels[difference.parcel]
        zone = shapely.clip_by_rect(city.zones[difference.zone], *shapely.buffer(parcel, 10.0).bounds)
        corner = np.array(parcel.bounds[:2])
        moved = [shapely.transform(g, lambda xy: xy - corner) for g in (parcel, zone)]
        return float(shapely.intersection(*moved).area), "GEOS beside the origin"

    return judge

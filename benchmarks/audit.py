"""``python -m benchmarks audit``: the audit of a city, its growth, and what GEOS and DuckDB need on the same zones."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

import rdtr
from benchmarks import machine
from benchmarks.data import SIZES, City, make, write
from benchmarks.peers import PeerError, Worker, environment
from benchmarks.table import Row, duration, put_into, text, times
from benchmarks.table import markdown as as_markdown
from benchmarks.timing import in_turn, medians, seconds_of
from rdtr.types import ObjectArray
from rdtr.zoning.topology import topology_of

__all__ = ["main"]

_HOME: Final = Path(__file__).parent.parent
_GEOS: Final = ("coverage_is_valid", "coverage_invalid_edges", "coverage_clean")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print the table, put it into a README between the marks ``benchmarks-audit`` if asked.

    Returns
    -------
    int
        Exit code: 0.
    """
    asked = _arguments(argv)
    _say(f"making a city of {SIZES[asked.size]:,} parcels")
    city, tenth = make(SIZES[asked.size]), make(SIZES[asked.size] // 10)
    _warm_up(tenth)
    rows = _ours(city, tenth, asked.repeats)
    if asked.peers:
        rows += _peers(city, asked.folder, asked.limit)
    about = [*machine.describe(), f"{asked.size}: {city.counts()}"]
    print("\n".join(["", *about, "", text(rows)]))
    if asked.readme:
        put_into(asked.readme, as_markdown(rows, about), "benchmarks-audit")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks audit", description=__doc__)
    parser.add_argument("--size", choices=[*SIZES], default="city", help="default: city")
    parser.add_argument("--repeats", type=int, default=3, help="rounds, in turn (default 3)")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a peer is given up")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, default=True, help="measure the peers too")
    parser.add_argument("--readme", type=Path, help="put the table between the marks of this file")
    parser.add_argument("--folder", type=Path, default=_HOME / ".bench", help="for environments and files")
    return parser.parse_args(argv)


def _warm_up(city: City) -> None:
    rdtr.audit(replace(city.plan))
    rdtr.repair(_with_zones(city.plan, _dirty(city)))


def _dirty(city: City, share: float = 0.05) -> np.ndarray:
    """The zones with one in twenty moved by some centimetres: overlaps, gaps and loose borders everywhere."""
    rng = np.random.default_rng(0)
    zones = city.zones.copy()
    small = np.flatnonzero(shapely.get_num_coordinates(zones) < 1_000)
    for k in rng.choice(small, int(share * len(small)), replace=False):
        by = rng.normal(0.0, 0.05, 2)
        zones[k] = shapely.transform(zones[k], lambda xy, by=by: xy + by)
    return zones


def _ours(city: City, tenth: City, repeats: int) -> list[Row]:
    dirty, dirty_tenth = _dirty(city), _dirty(tenth)
    soiled = _with_zones(city.plan, dirty)
    found: list[int] = []
    cpu: dict[str, list[float]] = {}
    # a plan without its index each time, as one that was just read
    runs = {
        "audit, a tenth": lambda: rdtr.audit(replace(tenth.plan)),
        "audit": lambda: rdtr.audit(replace(city.plan)),
        "topology": lambda: topology_of(city.zones),
        "topology within": lambda: topology_of(city.zones, outline=_outline(city)),
        "dirty, a tenth": lambda: topology_of(dirty_tenth, outline=_outline(tenth)),
        "dirty": lambda: found.append(len(topology_of(dirty, outline=_outline(city)).overlaps)),
        "repair": lambda: rdtr.repair(soiled),
    }
    timed = {name: partial(_timed, run, cpu.setdefault(name, [])) for name, run in runs.items()}
    taken = medians(in_turn(timed, repeats=repeats))
    grown = _grown(cpu["audit"], cpu["audit, a tenth"], city, tenth)
    dirtier = _grown(cpu["dirty"], cpu["dirty, a tenth"], city, tenth)
    small, large = _size(tenth), _size(city)
    moved = "Topology, one zone in twenty moved"
    return [
        Row("Audit of a plan just read, every check", small, None, duration(taken["audit, a tenth"])),
        Row("Audit of a plan just read, every check", large, None, duration(taken["audit"]), grown),
        Row("Topology alone", large, None, duration(taken["topology"]), "1x"),
        Row("Topology alone, the outline given", large, None, duration(taken["topology within"])),
        Row(moved, small, None, duration(taken["dirty, a tenth"])),
        Row(moved, f"{large}, {median(found):,.0f} overlaps", None, duration(taken["dirty"]), dirtier),
        Row("Repair of that city, with its ledger", large, None, duration(taken["repair"])),
    ]


def _timed(run: Callable[[], Any], cpu: list[float]) -> float:
    """Seconds on the wall; those of the processor, which a busy machine does not stretch, are kept apart for growth."""
    before = process_time()
    seconds = seconds_of(run)
    cpu.append(process_time() - before)
    return seconds


def _grown(large: list[float], small: list[float], city: City, tenth: City) -> str:
    more = _vertices(city) / _vertices(tenth)
    return f"{times(min(large) / min(small))} the processor time for {more:.1f}x the vertices"


def _vertices(city: City) -> int:
    return int(shapely.get_num_coordinates(city.zones).sum())


def _size(city: City) -> str:
    return f"{len(city.zones):,} zones, {_vertices(city):,} vertices"


def _outline(city: City) -> ObjectArray:
    layer = city.plan.layers["wp"]
    assert isinstance(layer, gpd.GeoDataFrame)
    return layer.geometry.to_numpy()


def _with_zones(plan: rdtr.Plan, shapes: ObjectArray) -> rdtr.Plan:
    zones = plan.zones.set_geometry(gpd.GeoSeries(shapes, crs=plan.crs))
    return rdtr.Plan.build(zones, plan.identity, rules=plan.rules, layers=dict(plan.layers))


def _peers(city: City, folder: Path, limit_s: float) -> list[Row]:
    paths = write(city, folder / "audit")
    ours = median(seconds_of(lambda: topology_of(city.zones)) for _ in range(3))
    rows = []
    for function in _GEOS:
        _say(f"GEOS {function}")
        with Worker.start(f"GEOS {function}", "coverage_worker.py") as worker:
            rows.append(_asked(worker, function, "zones", paths["zones"], ours, limit_s))
    for layer in ("pieces", "zones"):
        _say(f"DuckDB spatial, {layer}")
        try:
            python = environment("duckdb", folder)
        except PeerError as error:
            rows.append(Row(_AGAINST, f"DuckDB spatial, {layer}", None, str(error)))
            continue
        with Worker.start(f"DuckDB spatial, overlaps only, {layer}", "duckdb_worker.py", python) as worker:
            rows.append(_asked(worker, layer, layer, paths[layer], ours, limit_s))
    return rows


_AGAINST: Final = "The same zones, clean, beside topology alone"


def _asked(worker: Worker, question: str, layer: str, path: Path, ours: float, limit_s: float) -> Row:
    try:
        worker.load(**{layer: path})
        seconds = worker.seconds(question, layer, limit_s)
    except PeerError as error:
        return Row(_AGAINST, worker.name, None, str(error), f"over {times(limit_s / ours)} ours")
    return Row(_AGAINST, worker.name, None, duration(seconds), f"{times(seconds / ours)} ours")


def _say(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)

"""The layer that is built once: how long it takes and how much memory it holds, beside its coordinates."""

from __future__ import annotations

import dataclasses
from statistics import median
from typing import Any

import numpy as np
import shapely

import rdtr
from benchmarks.table import duration, times
from benchmarks.tiles.data import ZOOMS, Town, tiles_over
from benchmarks.tiles.table import Table
from benchmarks.timing import light_heap, seconds_of
from rdtr.tiles.grid import grid
from rdtr.tiles.vector import tile_sources, vector_tile

__all__ = ["once_a_layer", "warm_up"]

_REPEATS = 3


def warm_up() -> None:
    """Let the compiler do its work before any time is taken."""
    plan = rdtr.sample_city(parcels=200, seed=1).plan
    sources = tile_sources(plan, grid())
    for z in ZOOMS:
        sources["zones"].level(z)
    bounds = shapely.total_bounds(plan.zones.to_crs("EPSG:3857").geometry.to_numpy())
    for z in (12, 17):
        x0, y0, _, _ = grid().tiles_over(tuple(bounds), z)
        vector_tile(plan, z, x0, y0)


def once_a_layer(town: Town) -> Table:
    """Build the layers of a plan, then the zooms."""
    taken: dict[str, list[float]] = {}
    built = None
    with light_heap():
        for _ in range(_REPEATS):
            plan = town.fresh()
            taken.setdefault("layers of the plan in the grid", []).append(
                seconds_of(lambda p=plan: list(tile_sources(p, grid()).values()))
            )
            zones = tile_sources(plan, grid())["zones"]
            for z in ZOOMS:
                taken.setdefault(f"z{z}", []).append(seconds_of(lambda z=z, s=zones: s.level(z)))
            x, y = tiles_over(town, ZOOMS[0])[0]
            first = seconds_of(lambda p=plan, x=x, y=y: vector_tile(p, ZOOMS[0], x, y, layers=["zones"]))
            taken.setdefault("columns of the zones, with a first tile", []).append(first)
            built = plan
    assert built is not None
    middle = {name: median(found) for name, found in taken.items()}
    vertices = int(shapely.get_num_coordinates(town.geometry).sum())
    size = vertices * 16
    table = Table("The layer, once", ["Step", "Time", "MiB", "beside the coordinates"])
    layer = tile_sources(built, grid())["zones"]
    held = {"coverage": _bytes(layer.coverage, set()), **{f"z{z}": _bytes(layer.level(z), set()) for z in ZOOMS}}
    for name, seconds in middle.items():
        own = held.get(name)
        table.rows.append([name, duration(seconds), *(_share(own, size) if own else ("", ""))])
    table.rows.append(["the zones' coverage, held", "", *_share(held["coverage"], size)])
    everything = _bytes(dict(tile_sources(built, grid())), set())
    table.rows.append(["all", duration(sum(middle.values())), *_share(sum(held.values()), size)])
    table.notes.append(
        f"Coordinates: {vertices:,} vertices of 16 bytes, {size / 2**20:.0f} MiB. All: coverage and "
        f"{len(ZOOMS)} zooms of the zones; with the "
        f"other layers and all columns as they came {everything / 2**20:.0f} MiB. Arrays are counted, each once."
    )
    return table


def _share(held: int, size: int) -> tuple[str, str]:
    return f"{held / 2**20:.0f}", times(held / size)


def _bytes(thing: Any, seen: set[int]) -> int:
    """Bytes of all arrays that hang on something, each once."""
    if isinstance(thing, np.ndarray):
        whole = thing
        while isinstance(whole.base, np.ndarray):
            whole = whole.base
        if id(whole) in seen:
            return 0
        seen.add(id(whole))
        return int(whole.nbytes)
    if id(thing) in seen:
        return 0
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        seen.add(id(thing))
        return sum(_bytes(getattr(thing, f.name), seen) for f in dataclasses.fields(thing))
    if isinstance(thing, dict):
        return sum(_bytes(value, seen) for value in thing.values())
    if isinstance(thing, tuple | list):
        return sum(_bytes(value, seen) for value in thing)
    return 0

"""The zones that all tilers are given: same columns, same values, brought into their projection beforehand. No times."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import rdtr
from rdtr import crs
from rdtr.tiles.grid import grid
from rdtr.tiles.vector import tile_sources
from rdtr.types import IndexArray, ObjectArray
from rdtr.zoning.codes import is_blank
from rdtr.zoning.pieces import cut

__all__ = ["UNITS", "ZOOMS", "Simplified", "Town", "make", "tiles_over", "write", "write_simplified"]

ZOOMS: Final = tuple(range(10, 18))
"""Zooms that are measured, the deepest included."""

UNITS: Final = 4096
"""Along a tile, for everybody."""

TOLERANCE: Final = 4.0
"""Units of a tile that peers simplify by: half a pixel of a map at 512 pixels a tile."""

SEED: Final = 0


@dataclass(frozen=True, eq=False)
class Town:
    """A city to tile.

    Attributes
    ----------
    plan
        The plan; ours is built from it.
    frame
        Zones in Web Mercator with the columns that the tiles carry, ``fid`` the feature's id, counted from 1.
    parcels
        How many the city has, for the reader.
    """

    plan: rdtr.Plan
    frame: gpd.GeoDataFrame
    parcels: int

    @property
    def geometry(self) -> ObjectArray:
        """Zone polygons in Web Mercator."""
        return self.frame.geometry.to_numpy()

    @cached_property
    def outline(self) -> shapely.Geometry:
        """What the plan covers, in Web Mercator."""
        return shapely.union_all(self.geometry)

    def fresh(self) -> rdtr.Plan:
        """Return the plan without anything that was derived from it."""
        return replace(self.plan)

    def counts(self) -> str:
        """Say how large it is."""
        vertices = shapely.get_num_coordinates(self.geometry)
        return (
            f"city of {self.parcels:,} parcels: {len(vertices):,} zones, {vertices.sum():,} vertices, "
            f"road polygon of {vertices.max():,}, {len(self.frame.columns) - 2} columns"
        )


def make(parcels: int, seed: int = SEED) -> Town:
    """Make a city and lay its zones out for everybody."""
    plan = replace(rdtr.sample_city(parcels=parcels, seed=seed).plan)
    source = tile_sources(plan, grid())["zones"]
    frame = pd.DataFrame({name: _plain(source.frame[name]) for name in source.frame.columns})
    frame.insert(0, "fid", np.arange(1, len(frame) + 1, dtype=np.int64))
    moved = crs.transform(plan.zones.geometry.to_numpy(), plan.crs, grid().crs, plan.identity.crs_policy)
    return Town(replace(plan), gpd.GeoDataFrame(frame, geometry=moved, crs="EPSG:3857"), parcels)


def _plain(values: pd.Series[Any]) -> pd.Series[Any]:
    """Leave out, for everybody, what ours leaves out: values such as "Tidak Ada", which say nothing."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    blank = np.array([isinstance(v, str) and v != "0" and is_blank(v) for v in values], np.bool_)
    return values.astype(object).where(~blank & values.notna().to_numpy(), None)


def write(town: Town, folder: Path) -> dict[str, Path]:
    """Write what tilers of whole sets read.

    Returns
    -------
    dict
        ``degrees`` as GeoParquet, ``flatgeobuf``, and ``degrees-pieces``, cut into pieces of at most 128 vertices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {
        "degrees": folder / "zones-4326.parquet",
        "flatgeobuf": folder / "zones.fgb",
        "degrees-pieces": folder / "pieces-4326.parquet",
    }
    degrees = town.frame.to_crs("EPSG:4326")
    degrees.to_parquet(paths["degrees"])
    paths["flatgeobuf"].unlink(missing_ok=True)
    degrees.to_file(paths["flatgeobuf"], driver="FlatGeobuf")
    pieces, owner = cut(town.geometry)
    _with(town, owner, pieces).to_crs("EPSG:4326").to_parquet(paths["degrees-pieces"])
    return paths


@dataclass(frozen=True)
class Simplified:
    """What tilers of single tiles read, in Web Mercator: for every zoom the zones, simplified for it.

    Attributes
    ----------
    whole, pieces
        GeoParquet by zoom: whole zones, and the same cut into pieces of at most 128 vertices, as an expert would who
        minds the road body.
    seconds
        How long simplifying took; it is kept from run to run.
    """

    whole: dict[int, Path]
    pieces: dict[int, Path]
    seconds: float


def write_simplified(town: Town, folder: Path) -> Simplified:
    """Simplify the zones for every zoom and write them, unless a run before did so with the same plan and library.

    The road body of a city takes half a minute a zoom, so two zooms are made at a time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole, pieces = ({z: folder / f"{kind}-{z}.parquet" for z in ZOOMS} for kind in ("simple", "pieces"))
    stamp = folder / "simple.json"
    of = f"{town.plan.hash} {TOLERANCE} {ZOOMS} {shapely.geos_version_string}"
    kept = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
    if kept.get("of") != of or not all(path.exists() for path in (*whole.values(), *pieces.values())):
        stamp.unlink(missing_ok=True)
        start = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            simple = list(pool.map(lambda z: _simple(town, z), ZOOMS))
        kept = {"of": of, "seconds": time.perf_counter() - start}
        for z, shapes in zip(ZOOMS, simple, strict=True):
            rows = np.flatnonzero(~shapely.is_empty(shapes))
            parts, owner = cut(shapes[rows])
            _with(town, rows, shapes[rows]).to_parquet(whole[z])
            _with(town, rows[owner], parts).to_parquet(pieces[z])
        stamp.write_text(json.dumps(kept), encoding="utf-8")
    return Simplified(whole, pieces, float(kept["seconds"]))


def _simple(town: Town, z: int) -> ObjectArray:
    left, _, right, _ = grid().tile_bounds(z, 0, 0)
    return shapely.simplify(town.geometry, TOLERANCE * (right - left) / UNITS, preserve_topology=True)


def _with(town: Town, rows: IndexArray, shapes: ObjectArray) -> gpd.GeoDataFrame:
    return town.frame.iloc[rows].reset_index(drop=True).set_geometry(gpd.GeoSeries(shapes, crs=town.frame.crs).values)


@cache
def tiles_over(town: Town, z: int) -> list[tuple[int, int]]:
    """Return the tiles of a zoom that at least one zone reaches into, in an order without meaning, always the same."""
    x0, y0, x1, y1 = grid().tiles_over(tuple(town.frame.total_bounds), z)
    places = [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    boxes = shapely.box(*np.array([grid().tile_bounds(z, x, y) for x, y in places]).T)
    outline = shapely.simplify(town.outline, 1.0)
    shapely.prepare(outline)
    met = shapely.intersects(outline, boxes)
    kept = [place for place, hit in zip(places, met, strict=True) if hit]
    order = np.random.default_rng(SEED).permutation(len(kept))
    return [kept[k] for k in order]

"""The zones that all tilers are given: same columns, same values, brought into their projection beforehand. No times."""

from __future__ import annotations

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

__all__ = ["UNITS", "ZOOMS", "Town", "make", "tiles_over", "write"]

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
    """Write what other processes read.

    Returns
    -------
    dict
        ``mercator`` and ``degrees`` as GeoParquet, ``flatgeobuf`` in degrees, ``degrees-pieces`` cut
        up; ``pieces``, a name to be completed by a
        zoom, in Web Mercator, simplified for it and cut into pieces of at most 128 vertices.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {
        "mercator": folder / "zones-3857.parquet",
        "degrees": folder / "zones-4326.parquet",
        "flatgeobuf": folder / "zones.fgb",
        "pieces": folder / "pieces-{}.parquet",
        "degrees-pieces": folder / "pieces-4326.parquet",
    }
    degrees = town.frame.to_crs("EPSG:4326")
    town.frame.to_parquet(paths["mercator"])
    pieces, owner = cut(town.geometry)
    _with(town, owner, pieces).to_crs("EPSG:4326").to_parquet(paths["degrees-pieces"])
    for z in ZOOMS:
        _pieces(town, z).to_parquet(str(paths["pieces"]).format(z))
    degrees.to_parquet(paths["degrees"])
    paths["flatgeobuf"].unlink(missing_ok=True)
    degrees.to_file(paths["flatgeobuf"], driver="FlatGeobuf")
    return paths


def _pieces(town: Town, z: int) -> gpd.GeoDataFrame:
    """Simplify the zones for a zoom and cut them up, as an expert would who minds the road body."""
    left, _, right, _ = grid().tile_bounds(z, 0, 0)
    simple = shapely.simplify(town.geometry, TOLERANCE * (right - left) / UNITS, preserve_topology=True)
    kept = np.flatnonzero(~shapely.is_empty(simple))
    pieces, owner = cut(simple[kept])
    return _with(town, kept[owner], pieces)


def _with(town: Town, rows: IndexArray, pieces: ObjectArray) -> gpd.GeoDataFrame:
    return town.frame.iloc[rows].set_geometry(gpd.GeoSeries(pieces, crs=town.frame.crs).values)


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

"""The city that everything is measured on: seeded, made once a run, handed to peers as GeoParquet. Takes no times."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

import rdtr
from rdtr.types import IndexArray, ObjectArray
from rdtr.zoning.grid import EdgeGrid, grid_of
from rdtr.zoning.pieces import cut
from rdtr.zoning.rules import TABLES, RuleBook

__all__ = ["NAIVE_PARCELS", "SIZES", "City", "make", "sample_rows", "write"]

SIZES: Final = {"small": 5_000, "city": 170_000, "million": 1_000_000}
"""Parcels by name; `city` is the size of the goals, `million` that of scale and memory."""

NAIVE_PARCELS: Final = 2_000
"""Parcels given to those who take the zones as they come; some of them need a minute for so many."""

SEED: Final = 0


@dataclass(frozen=True, eq=False)
class City:
    """A city to measure.

    Attributes
    ----------
    plan
        The plan, without its index.
    permits
        One row a parcel: permit_id, activity, geometry.
    pieces, owner
        The zones cut small, and the zone of each piece: what expert peers are given.
    """

    plan: rdtr.Plan
    permits: gpd.GeoDataFrame
    pieces: ObjectArray
    owner: IndexArray

    @property
    def parcels(self) -> ObjectArray:
        """Parcel polygons."""
        return self.permits.geometry.to_numpy()

    @property
    def zones(self) -> ObjectArray:
        """Zone polygons, the road body among them."""
        return self.plan.zones.geometry.to_numpy()

    @cached_property
    def grid(self) -> EdgeGrid:
        """The zones as our kernel is given them."""
        return grid_of(self.zones)

    @cached_property
    def use_plan(self) -> rdtr.Plan:
        """The plan without overlay layers and buffers: use, flags and figures only."""
        rules = self.plan.rules
        return self.plan.with_rules(
            RuleBook.from_tables({t: rules.table(t) for t in TABLES if t not in ("overlays", "buffers")})
        )

    def counts(self) -> str:
        """Say how large it is."""
        vertices = shapely.get_num_coordinates(self.zones)
        return (
            f"{len(self.permits):,} parcels ({shapely.get_num_coordinates(self.parcels).mean():.1f} vertices each), "
            f"{len(vertices):,} zones, road polygon of {vertices.max():,} vertices, {len(self.pieces):,} pieces"
        )


def make(parcels: int, seed: int = SEED) -> City:
    """Make a city of this many parcels, each with an activity that its rules list."""
    city = rdtr.sample_city(parcels=parcels, seed=seed)
    geometry = city.parcels.geometry.to_numpy()
    rng = np.random.default_rng(seed)
    activities = city.plan.rules.activities["activity_id"].to_numpy(object)
    permits = gpd.GeoDataFrame(
        {
            "permit_id": [f"P-{k:07d}" for k in range(len(geometry))],
            "activity": activities[rng.integers(len(activities), size=len(geometry))],
        },
        geometry=geometry,
        crs=city.plan.crs,
    )
    plan = replace(city.plan)  # another index may hang on the one that was handed out
    return City(plan, permits, *cut(plan.zones.geometry.to_numpy()))


def sample_rows(city: City, count: int = NAIVE_PARCELS, seed: int = SEED) -> IndexArray:
    """Choose parcels from all over the city, ascending."""
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(len(city.permits), min(count, len(city.permits)), replace=False))


def write(city: City, folder: Path) -> dict[str, Path]:
    """Write what other processes read; a geometry's id is its row number in the city.

    Returns
    -------
    dict
        ``permits``, ``parcels``, ``few`` (those of `sample_rows`), ``zones`` and ``pieces`` as GeoParquet, ``plan`` as
        a pickle.
    """
    folder.mkdir(parents=True, exist_ok=True)
    few = sample_rows(city)
    layers = {
        "parcels": (np.arange(len(city.permits)), city.parcels),
        "few": (few, city.parcels[few]),
        "zones": (np.arange(len(city.zones)), city.zones),
        "pieces": (np.arange(len(city.pieces)), city.pieces),
    }
    paths = {name: folder / f"{name}.parquet" for name in (*layers, "permits")}
    for name, (ids, geometry) in layers.items():
        gpd.GeoDataFrame({"id": ids}, geometry=geometry, crs=city.plan.crs).to_parquet(paths[name])
    city.permits.to_parquet(paths["permits"])
    paths["plan"] = folder / "plan.pickle"
    with paths["plan"].open("wb") as file:
        pickle.dump(replace(city.plan), file)
    return paths

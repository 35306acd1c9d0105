"""What a plan needs once before it can judge: its units, the grid of its edges, its geodesic scale."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from rdtr import crs
from rdtr.types import Vocabulary
from rdtr.zoning.grid import EdgeGrid, grid_of
from rdtr.zoning.rules import RuleBook
from rdtr.zoning.units import Units, units_of
from rdtr.zoning.vocabulary import vocabulary

__all__ = ["PlanIndex", "build_index"]


@dataclass(frozen=True, eq=False)
class PlanIndex:
    """The prepared plan.

    Attributes
    ----------
    units
        Zones grouped by what judges them.
    grid
        The edges of the zones; its owners are the units.
    scale
        Geodesic over planar area.
    """

    units: Units
    grid: EdgeGrid
    scale: crs.AreaScale


def build_index(zones: gpd.GeoDataFrame, rules: RuleBook, version: Vocabulary) -> PlanIndex:
    """Prepare zones for checks; the work of a second for a city, done once a plan."""
    units = units_of(zones, rules, vocabulary(version))
    geometry = zones.geometry.to_numpy()
    bounds = tuple(float(v) for v in zones.total_bounds)
    scale = crs.area_scale(crs.parse(zones.crs), bounds)  # type: ignore[arg-type]
    return PlanIndex(units, grid_of(geometry, units.of_zone), scale)

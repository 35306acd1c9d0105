"""What a plan needs once before it can judge: its units, its pieces with their tree, its geodesic scale."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from rdtr import crs
from rdtr.types import IndexArray, Vocabulary
from rdtr.zoning.pieces import Pieces, pieces_of
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
    pieces
        Zone polygons cut small, with a box tree.
    piece_unit
        Shape (pieces,), the unit of each piece.
    scale
        Geodesic over planar area.
    """

    units: Units
    pieces: Pieces
    piece_unit: IndexArray
    scale: crs.AreaScale


def build_index(zones: gpd.GeoDataFrame, rules: RuleBook, version: Vocabulary) -> PlanIndex:
    """Prepare zones for checks; the work of a second for a city, done once a plan."""
    units = units_of(zones, rules, vocabulary(version))
    pieces = pieces_of(zones.geometry.to_numpy())
    bounds = tuple(float(v) for v in zones.total_bounds)
    scale = crs.area_scale(crs.parse(zones.crs), bounds)  # type: ignore[arg-type]
    return PlanIndex(units, pieces, units.of_zone[pieces.owner], scale)

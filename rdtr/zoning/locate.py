"""Which zone polygons lie at a place. Knows no rule; areas of parcels are measured elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from rdtr.types import IndexArray, ObjectArray
from rdtr.zoning.plan import Plan

__all__ = ["ZoneFinder", "zone_finder"]

_BIG: Final = 200
"""Vertices from which preparing a polygon pays: a road body is asked at nearly every place."""


@dataclass(frozen=True, eq=False)
class ZoneFinder:
    """The zones of a plan with a box tree, made to be asked many times and by several threads.

    Attributes
    ----------
    shapes
        Shape (zones,), the polygons; big ones are prepared copies.
    tree
        Their box tree.
    """

    shapes: ObjectArray
    tree: shapely.STRtree

    def at(self, place: shapely.Geometry) -> IndexArray:
        """Find the zones that a geometry in the plan's CRS touches or meets, ascending; shape (k,)."""
        near = np.sort(self.tree.query(place))
        return near[shapely.intersects(self.shapes[near], place)].astype(np.int64)


def zone_finder(plan: Plan) -> ZoneFinder:
    """Return the finder of a plan, made at the first use.

    Examples
    --------
    >>> import geopandas as gpd
    >>> zones = gpd.GeoDataFrame({"KODSZN": ["R-2", "K-1"]}, crs=9480,
    ...                          geometry=[shapely.box(0, 0, 5, 5), shapely.box(5, 0, 9, 5)])
    >>> zone_finder(Plan.build(zones)).at(shapely.Point(7, 1)).tolist()
    [1]
    """
    return plan.derived("zone finder", _build)


def _build(plan: Plan) -> ZoneFinder:
    shapes = plan.zones.geometry.to_numpy().copy()
    big = shapely.get_num_coordinates(shapes) >= _BIG
    # preparing changes a geometry in place, so it is done to copies that no other thread can hold yet
    shapes[big] = shapely.from_wkb(shapely.to_wkb(shapes[big]))
    shapely.prepare(shapes[big])
    shapely.intersects_xy(shapes[big], 0.0, 0.0)  # the index inside is built at its first question
    return ZoneFinder(shapes, shapely.STRtree(shapes))

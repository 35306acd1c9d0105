"""What GEOS makes a coverage of polygons with, and a look whether it lost land on the way. Chooses no polygons."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely

from rdtr.errors import GeometryError
from rdtr.types import ObjectArray
from rdtr.zoning.faces import MIN_AREA_M2
from rdtr.zoning.grid import grid_of
from rdtr.zoning.overlap import measure

__all__ = ["clean_coverage", "polygonal"]

_LOSS_M2: Final = 0.01
_SNAPS_M: Final = (0.0, 1e-7, 1e-6, 1e-5, 1e-4)  # metres; needles thinner than a step are what GEOS fails on


def clean_coverage(shapes: ObjectArray, merge: str) -> ObjectArray:
    """Let GEOS make a coverage, moving vertices as little as it can do with, and check that no land is lost or won.

    GEOS 3.14 fails on some needles and, worse, silently drops land on others; another snapping distance or merge rule
    then does it.
    """
    for strategy in dict.fromkeys((merge, "longest_border", "max_area")):
        for snap in _SNAPS_M:
            try:
                with np.errstate(invalid="ignore"):  # GEOS measures needles on the way; the outcome is checked below
                    clean = np.asarray(shapely.coverage_clean(shapes, snapping_distance=snap, merge_strategy=strategy))
            except shapely.errors.GEOSException:
                continue
            clean = _all_polygonal(clean)
            if max(_uncovered_m2(shapes, clean), _uncovered_m2(clean, shapes)) <= _LOSS_M2:
                return clean
    raise GeometryError(f"repair: GEOS cannot clean {len(shapes)} zones without losing land; mend them by hand")


def _uncovered_m2(shapes: ObjectArray, by: ObjectArray) -> float:
    """The largest area of one polygon that no polygon of the others covers, as far as none of them overlap there."""
    found = measure(shapes, grid_of(by))
    covered = np.bincount(found.left, found.area, len(shapes))
    return float((shapely.area(shapes) - covered).max(initial=0.0))


def _all_polygonal(shapes: ObjectArray) -> ObjectArray:
    plain = (shapely.get_type_id(shapes) == 3) & (shapely.get_num_interior_rings(shapes) == 0)
    plain &= (shapely.area(shapes) >= MIN_AREA_M2) & shapely.is_valid(shapes)
    result = shapes.copy()
    for k in np.flatnonzero(~plain):  # few: most zones are one ring
        result[k] = polygonal(shapes[k])
    return result


def polygonal(shape: Any) -> Any:
    """Keep the polygons of a shape, made valid, without parts and holes that are rounding of coordinates."""
    if not shape.is_valid:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [
        _without_needles(p) for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area >= MIN_AREA_M2
    ]
    if len(parts) == 1:
        return parts[0]
    return shapely.MultiPolygon(parts) if parts else shapely.Polygon()


def _without_needles(part: Any) -> Any:
    rings = shapely.get_rings(part)
    holes = shapely.polygons(rings[1:])
    wide = shapely.area(holes) >= MIN_AREA_M2
    return part if wide.all() else shapely.Polygon(rings[0], list(rings[1:][wide]))

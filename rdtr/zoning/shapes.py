"""Shapes behind a report, made with GEOS when asked: parts and what could be approved. Measures and judges nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from rdtr.types import BoolArray, IndexArray, ObjectArray
from rdtr.zoning.case import Case, Judgement
from rdtr.zoning.outcomes import CONDITIONAL, PERMITTED, PROHIBITED
from rdtr.zoning.pieces import cut

__all__ = ["approvable", "part_shapes"]


def approvable(case: Case, judgements: Mapping[str, Judgement]) -> BoolArray:
    """Tell which parts could be approved: counted, buildable, allowed by use, forbidden by no overlay; shape (m,)."""
    parts = case.parts
    use, overlay = judgements["use"].part_outcome, judgements["overlay"].part_outcome
    cut = np.append(case.index.units.cut_out, True)[parts.unit]
    allowed = (use == PERMITTED) | (use == CONDITIONAL)
    return parts.counts & ~cut & allowed & (overlay != PROHIBITED)


def part_shapes(case: Case) -> ObjectArray:
    """Intersect every part, shape (m,); the part outside the plan is what no zone covers."""
    parts, index = case.parts, case.index
    parcels = case.permits.geometry.to_numpy()
    pieces, owner = cut(case.plan.zones.geometry.to_numpy())
    left, piece = shapely.STRtree(pieces).query(parcels, predicate="intersects")
    shape = _polygons(shapely.intersection(parcels[left], pieces[piece]))
    unit = index.units.of_zone[owner[piece]]
    inside = _union(left, unit, shape, parts.permit, parts.unit)
    outside = np.flatnonzero(parts.unit == parts.outside)
    for row in outside:  # only parcels at the edge of the plan come here
        permit = parts.permit[row]
        covered = shapely.union_all(shape[left == permit]) if (left == permit).any() else shapely.Polygon()
        inside[row] = _polygons(np.array([shapely.difference(parcels[permit], covered)], dtype=object))[0]
    return inside


def _polygons(shape: ObjectArray) -> ObjectArray:
    """Keep the polygons of mixed results; touching lines and points have no area."""
    mixed = shapely.get_type_id(shape) == 7
    for k in np.flatnonzero(mixed):  # rare: a parcel that touches a zone beside overlapping it
        parts = shapely.get_parts(shape[k])
        shape[k] = shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])
    return np.where(np.isin(shapely.get_type_id(shape), (3, 6)), shape, shapely.Polygon())


def _union(
    left: IndexArray, unit: IndexArray, shape: ObjectArray, permit: IndexArray, part_unit: IndexArray
) -> ObjectArray:
    width = int(max(unit.max(initial=0), part_unit.max(initial=0))) + 1
    key, wanted = left * width + unit, permit * width + part_unit
    order = np.argsort(key, kind="stable")
    start = np.searchsorted(key[order], wanted, "left")
    stop = np.searchsorted(key[order], wanted, "right")
    result = np.full(len(wanted), shapely.Polygon(), dtype=object)
    one = stop - start == 1
    result[one] = shape[order][start[one]]
    for k in np.flatnonzero(stop - start > 1):  # a part cut into several pieces
        result[k] = shapely.union_all(shape[order][start[k] : stop[k]])
    return result

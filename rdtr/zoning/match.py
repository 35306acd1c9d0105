"""Zones of two versions of a plan, matched by the land they share. Numbers of features mean nothing, no rule is read."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.plan import Plan

__all__ = ["matched", "zone_changes", "zone_labels"]

_SAME_SHAPE: Final = 0.5
"""Share of their common land in all their land from which two zones can be one feature in two versions."""

_ATTRIBUTES: Final = ("KODSZN", "NAMOBJ", "KODZON", "KODBLK", "KODSWP")


def zone_labels(plan: Plan) -> ObjectArray:
    """What users call each zone: its sub-zone, else zone, else name; ``?`` where it has none; shape (zones,)."""
    units = plan.index.units
    return np.where(units.label == "", "?", units.label)[units.of_zone]


def matched(
    pairs: tuple[IndexArray, IndexArray, FloatArray], old: FloatArray, new: FloatArray
) -> tuple[IndexArray, IndexArray, FloatArray]:
    """Find pairs that are one feature: each shares most land with the other, and more than half of all their land.

    Parameters
    ----------
    pairs
        Overlaps: old zone, new zone, area.
    old, new
        Areas of the zones.

    Returns
    -------
    old, new, area
        Shapes (k,): each zone at most once.

    Examples
    --------
    >>> one, two, area = np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([9.0, 1.0, 4.0])
    >>> [v.tolist() for v in matched((one, two, area), np.array([10.0, 4.0]), np.array([9.0, 5.0]))]
    [[0, 1], [0, 1], [9.0, 4.0]]
    """
    left, right, area = pairs
    order = np.lexsort((right, left, -area))
    left, right, area = left[order], right[order], area[order]
    # largest first, so the first row of a zone is the one it shares most land with
    best = np.intersect1d(np.unique(left, return_index=True)[1], np.unique(right, return_index=True)[1])
    alike = area[best] >= _SAME_SHAPE * (old[left[best]] + new[right[best]] - area[best])
    return left[best[alike]], right[best[alike]], area[best[alike]]


def zone_changes(
    plans: tuple[Plan, Plan],
    moved: ObjectArray,
    areas: tuple[FloatArray, FloatArray],
    pairs: tuple[IndexArray, IndexArray, FloatArray],
    min_change_m2: float,
) -> gpd.GeoDataFrame:
    """List the zones that are not what they were; columns as in `rdtr.zoning.compare.Comparison.changes`.

    Parameters
    ----------
    plans
        The older and the newer one.
    moved
        Shapes of the newer one in the CRS of the older.
    areas
        Of all zones, by version.
    pairs
        Overlaps: old zone, new zone, area.
    min_change_m2
        Differences of area below this are none.
    """
    one, two, common = matched(pairs, *areas)
    removed = np.setdiff1d(np.arange(len(areas[0])), one)
    added = np.setdiff1d(np.arange(len(areas[1])), two)
    one = np.concatenate([one, removed, np.full(len(added), -1)])
    two = np.concatenate([two, np.full(len(removed), -1), added])
    common = np.concatenate([common, np.zeros(len(removed) + len(added))])
    table = _rows(plans, moved, areas, one, two, common, min_change_m2)
    return table[table["change"] != ""].reset_index(drop=True)


def _rows(
    plans: tuple[Plan, Plan],
    moved: ObjectArray,
    areas: tuple[FloatArray, FloatArray],
    one: IndexArray,
    two: IndexArray,
    common: FloatArray,
    min_change_m2: float,
) -> gpd.GeoDataFrame:
    old_area, new_area = (np.append(a, np.nan)[k] for a, k in zip(areas, (one, two), strict=True))
    texts = [_texts(plan, k) for plan, k in zip(plans, (one, two), strict=True)]
    codes = [_or_none(zone_labels(plan), k) for plan, k in zip(plans, (one, two), strict=True)]
    both = (one >= 0) & (two >= 0)
    reshaped = both & (old_area + new_area - 2.0 * common > min_change_m2)
    recoded = both & (codes[0] != codes[1])
    renamed = both & np.any([texts[0][c] != texts[1][c] for c in _ATTRIBUTES], axis=0)
    change = np.where(one < 0, "added", np.where(two < 0, "removed", "")).astype(object)
    change[renamed] = "renamed"
    change[reshaped] = "reshaped"
    change[recoded] = np.where(reshaped[recoded], "reshaped recoded", "recoded")
    shapes = np.where(two < 0, plans[0].zones.geometry.to_numpy()[one], moved[two])
    rows = {
        "change": change,
        "old_zone": _numbers(one),
        "new_zone": _numbers(two),
        "old_code": codes[0],
        "new_code": codes[1],
        "old_block": texts[0]["KODBLK"],
        "new_block": texts[1]["KODBLK"],
        "old_area_m2": old_area,
        "new_area_m2": new_area,
        "common_m2": common,
    }
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=plans[0].crs)


def _texts(plan: Plan, zone: IndexArray) -> dict[str, ObjectArray]:
    units = plan.index.units
    return {c: np.append(units.texts(c)[units.of_zone], "")[zone] for c in _ATTRIBUTES}


def _or_none(values: ObjectArray, zone: IndexArray) -> ObjectArray:
    return np.array([*values, None], dtype=object)[zone]


def _numbers(zone: IndexArray) -> pd.Series[int]:
    return pd.Series(zone, dtype="Int64").mask(pd.Series(zone < 0))

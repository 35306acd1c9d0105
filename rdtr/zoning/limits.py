"""Which limits hold for a part: rows of the ``intensity`` table, or the layer's own columns, narrowed by what is known.

Where something is not known (the road class, the alternative) several rows may hold; then a limit is a range from the
strictest to the loosest of them, and only a value beyond both is decided. Nothing is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.codes import tidy
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import LIMITS
from rdtr.zoning.units import Units

__all__ = ["LAYER_COLUMNS", "LOWER", "Known", "LimitRows", "Ranges", "limit_rows", "ranges"]

LAYER_COLUMNS: Final = {
    "KDB": "kdb_max_pct",
    "KLB": "klb_max",
    "KDH": "kdh_min_pct",
    "KTB": "ktb_max_pct",
    "GSB": "gsb_min_m",
}
LOWER: Final = np.array([name.split("_")[-1] == "min" or "_min_" in name for name in LIMITS])
"""True for limits that must be reached, False for those that must not be passed; shape (limits,)."""


@dataclass(frozen=True, eq=False)
class LimitRows:
    """Rows of limits.

    Attributes
    ----------
    of_unit
        For each unit the rows that may hold; none means that the rules say nothing of it.
    road, alternative
        Shape (rows,), lower case; "" holds for any.
    lot_min, lot_max
        Shape (rows,), m², both inclusive; NaN is open.
    value
        Shape (rows, limits); NaN states no such limit.
    unread
        Shape (rows, limits), True where a limit is stated but could not be read as a number.
    reference
        Shape (rows,).
    """

    of_unit: tuple[IndexArray, ...]
    road: ObjectArray
    alternative: ObjectArray
    lot_min: FloatArray
    lot_max: FloatArray
    value: FloatArray
    unread: BoolArray
    reference: ObjectArray


@dataclass(frozen=True, eq=False)
class Ranges:
    """Limits of parts.

    Attributes
    ----------
    strict, loose
        Shape (m, limits); NaN where no such limit is stated.
    known
        Shape (m, limits), False where the rules say nothing of the part or what they say cannot be read.
    row
        Shape (m, limits), the row of the strictest value, -1 without.
    """

    strict: FloatArray
    loose: FloatArray
    known: BoolArray
    row: IndexArray


def limit_rows(plan: Plan) -> LimitRows:
    """Lay out the limits of a plan: the ``intensity`` table, or without one the layer's own KDB, KLB, KDH, KTB, GSB."""
    return _from_table(plan) if len(plan.rules.intensity) else _from_layer(plan.index.units)


def _from_table(plan: Plan) -> LimitRows:
    table = plan.rules.intensity
    by_key = {key: np.asarray(rows, np.int64) for key, rows in table.groupby("subzone").indices.items()}
    none = np.empty(0, np.int64)
    value = table[list(LIMITS)].to_numpy(np.float64)
    return LimitRows(
        tuple(by_key.get(key, none) for key in plan.index.units.key),
        _lower(table["road_class"]),
        _lower(table["alternative"]),
        table["lot_min_m2"].to_numpy(np.float64),
        table["lot_max_m2"].to_numpy(np.float64),
        value,
        np.zeros(value.shape, np.bool_),
        table["reference"].to_numpy(object),
    )


def _from_layer(units: Units) -> LimitRows:
    n = len(units)
    value = np.full((n, len(LIMITS)), np.nan)
    unread = np.zeros(value.shape, np.bool_)
    columns = [c for c in LAYER_COLUMNS if c in units.table.columns]
    for column in columns:
        k = LIMITS.index(LAYER_COLUMNS[column])
        number = pd.to_numeric(units.table[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)
        value[:, k] = number
        unread[:, k] = np.isnan(number) & (units.texts(column) != "")
    stated = (~np.isnan(value) | unread).any(axis=1)
    any_text, open_lot = np.full(n, "", dtype=object), np.full(n, np.nan)
    reference = np.array([f"kolom {', '.join(columns)} pada lapisan zona"] * n, dtype=object)
    rows = tuple(np.array([u], np.int64) if stated[u] else np.empty(0, np.int64) for u in range(n))
    return LimitRows(rows, any_text, any_text, open_lot, open_lot, value, unread, reference)


def _lower(values: pd.Series[str]) -> ObjectArray:
    return np.array([tidy(v).casefold() for v in values], dtype=object)


@dataclass(frozen=True, eq=False)
class Known:
    """What permits state that narrows their limits.

    Attributes
    ----------
    roads, of_road
        Distinct road classes and, shape (m,), which of them; "" is not known.
    alternatives, of_alternative
        The same for the alternative.
    lot_m2
        Shape (m,), area of the parcel.
    """

    roads: tuple[str, ...]
    of_road: IndexArray
    alternatives: tuple[str, ...]
    of_alternative: IndexArray
    lot_m2: FloatArray


def ranges(rows: LimitRows, unit: IndexArray, known: Known) -> Ranges:
    """Find the limits of parts.

    Parameters
    ----------
    rows
        From `limit_rows`.
    unit
        Shape (m,); a number beyond the units is outside the plan.
    known
        What is known of the permit of each part.

    Returns
    -------
    Ranges
    """
    corners = np.unique(np.concatenate([rows.lot_min[~np.isnan(rows.lot_min)], rows.lot_max[~np.isnan(rows.lot_max)]]))
    # equal to a corner and between two corners are different classes; within a class the same rows hold
    lot_class = np.searchsorted(corners, known.lot_m2, "left") + np.searchsorted(corners, known.lot_m2, "right")
    lot_class = np.where(np.isnan(known.lot_m2), 2 * len(corners) + 1, lot_class)
    key = (unit * len(known.roads) + known.of_road) * len(known.alternatives) + known.of_alternative
    _, first, group = np.unique(key * (2 * len(corners) + 2) + lot_class, return_index=True, return_inverse=True)
    shape = (len(first), len(LIMITS))
    strict, loose = np.full(shape, np.nan), np.full(shape, np.nan)
    sure, row = np.zeros(shape, np.bool_), np.full(shape, -1, np.int64)
    for k, i in enumerate(first):  # one pass a distinct combination, not a part
        road = known.roads[known.of_road[i]].casefold()
        candidates = rows.of_unit[unit[i]] if unit[i] < len(rows.of_unit) else np.empty(0, np.int64)
        candidates = _narrow(
            rows, candidates, road, known.alternatives[known.of_alternative[i]].casefold(), float(known.lot_m2[i])
        )
        if len(candidates):
            strict[k], loose[k], sure[k], row[k] = _range(rows, candidates, road)
    return Ranges(strict[group], loose[group], sure[group], row[group])


def _narrow(rows: LimitRows, candidates: IndexArray, road: str, alternative: str, lot_m2: float) -> IndexArray:
    keep = np.ones(len(candidates), np.bool_)
    if road:
        keep &= (rows.road[candidates] == road) | (rows.road[candidates] == "")
    if alternative:
        keep &= (rows.alternative[candidates] == alternative) | (rows.alternative[candidates] == "")
    if lot_m2 == lot_m2:
        keep &= ~(rows.lot_min[candidates] > lot_m2) & ~(rows.lot_max[candidates] < lot_m2)
    return candidates[keep]


def _range(rows: LimitRows, candidates: IndexArray, road: str) -> tuple[Any, ...]:
    value = rows.value[candidates].copy()
    if road:
        # a row for the very road class goes before a row for any, limit by limit
        exact = rows.road[candidates] == road
        overruled = (~np.isnan(value[exact])).any(axis=0)
        value[np.ix_(~exact, overruled)] = np.nan
    signed = np.where(LOWER, -value, value)
    stated = ~np.isnan(signed)
    lowest, highest = np.where(stated, signed, np.inf).min(axis=0), np.where(stated, signed, -np.inf).max(axis=0)
    some = stated.any(axis=0)
    sign = np.where(LOWER, -1.0, 1.0)
    strict, loose = np.where(some, sign * lowest, np.nan), np.where(some, sign * highest, np.nan)
    row = np.where(some, candidates[np.where(stated, signed, np.inf).argmin(axis=0)], -1)
    return strict, loose, ~rows.unread[candidates].any(axis=0), row

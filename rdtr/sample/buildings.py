"""Buildings: the numbers of each application, drawn from the limits of its zone: kept, broken, broken badly, missing."""

from __future__ import annotations

import numpy as np

from rdtr.sample.cells import ROADS
from rdtr.sample.parcels import Parcels
from rdtr.sample.tables import code_index, column, numbers
from rdtr.types import BoolArray, FloatArray, ObjectArray
from rdtr.zoning.rules import LIMITS

__all__ = ["alternatives", "building_numbers"]

_DENSE, _HOPELESS = 0.15, 0.05
_ALL_MISSING, _EACH_MISSING = 0.07, 0.03
_STOREY_M = 3.4
# where the rules say nothing, people build as usual
_USUAL = {
    "kdb_max_pct": 40.0,
    "klb_max": 0.8,
    "kdh_min_pct": 20.0,
    "height_max_m": 12.0,
    "floors_max": 2.0,
    "gsb_min_m": 3.0,
    "side_min_m": 1.0,
    "rear_min_m": 1.0,
}


def alternatives(parcels: Parcels, rng: np.random.Generator) -> ObjectArray:
    """Choose between the alternatives of the intensity table where there are some; None elsewhere and where forgotten."""
    open_to = np.zeros(len(parcels), dtype=bool)
    for row in np.flatnonzero(column("limits", "alternative") != ""):  # rows of a table
        open_to |= _applies(parcels, int(row))
    choices = np.array([None, "1", "2"], dtype=object)
    roll = rng.random(len(parcels))
    return choices[np.where(open_to, np.select([roll < 0.55, roll < 0.95], [1, 2], 0), 0)]


def building_numbers(parcels: Parcels, alternative: ObjectArray, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Draw the numbers of every building.

    Parameters
    ----------
    parcels
        Where they stand.
    alternative
        From `alternatives`.
    rng
        Who keeps the limits, and by how much.

    Returns
    -------
    columns
        By permit column, shape (n,), NaN where the applicant left it out.
    """
    n = len(parcels)
    limit = _limits(parcels, alternative)
    roll = rng.random(n)
    over, far_over = roll < _DENSE + _HOPELESS, roll < _HOPELESS
    most = _Strain(over, far_over, rng)
    area = np.where(np.isnan(parcels.certificate_m2), parcels.area_m2, parcels.certificate_m2)
    kdb = np.minimum(limit["kdb_max_pct"] / 100.0 * most.up(0.55, 0.97), 0.98)
    top = np.minimum(limit["floors_max"], np.floor((limit["height_max_m"] - 0.8) / _STOREY_M))
    fitting = np.maximum(np.minimum(top, np.floor(limit["klb_max"] / kdb)), 1.0)
    lowest = np.ceil(np.nan_to_num(limit["klb_min"]) / kdb)
    floors = np.clip(np.ceil(fitting * rng.random(n)), np.minimum(lowest, fitting), None)
    floors = np.where(most.broken(), np.ceil(fitting * most.up(1.0, 1.0) + 0.4), floors)
    numbers_ = {
        "footprint_m2": kdb * area,
        "floor_area_m2": kdb * area * np.maximum(1.0, floors * rng.uniform(0.94, 1.0, n)),
        "green_m2": np.minimum(limit["kdh_min_pct"] / 100.0 * most.down(), 1.0 - kdb) * area,
        "basement_m2": _basement(limit["ktb_max_pct"], area, most, rng),
        "height_m": floors * _STOREY_M + rng.uniform(0.2, 0.8, n),
        "floors": floors,
        "setback_front_m": limit["gsb_min_m"] * most.down(),
        "setback_side_m": limit["side_min_m"] * most.down(),
        "setback_rear_m": limit["rear_min_m"] * most.down(),
    }
    return _forget({name: np.round(value, 1) for name, value in numbers_.items()}, rng)


class _Strain:
    """Factors on a limit: below it for those who keep it, above it for some measures of those who do not."""

    def __init__(self, over: BoolArray, far_over: BoolArray, rng: np.random.Generator) -> None:
        self.over, self.far_over, self.rng = over, far_over, rng

    def broken(self) -> BoolArray:
        return self.far_over | (self.over & (self.rng.random(len(self.over)) < 0.45))

    def up(self, low: float, high: float) -> FloatArray:
        n = len(self.over)
        excess = np.where(self.far_over, self.rng.uniform(1.5, 2.4, n), self.rng.uniform(1.03, 1.5, n))
        return np.where(self.broken(), excess, self.rng.uniform(low, high, n))

    def down(self) -> FloatArray:
        n = len(self.over)
        lack = np.where(self.far_over, self.rng.uniform(0.0, 0.4, n), self.rng.uniform(0.3, 0.95, n))
        return np.where(self.broken(), lack, self.rng.uniform(1.03, 1.7, n))


def _basement(ktb_pct: FloatArray, area_m2: FloatArray, most: _Strain, rng: np.random.Generator) -> FloatArray:
    digs = (rng.random(len(area_m2)) < 0.15) & (area_m2 > 150.0)
    deep = np.minimum(ktb_pct / 100.0 * most.up(0.3, 0.95), 1.3) * area_m2
    return np.where(np.isnan(ktb_pct), np.nan, np.where(digs, deep, 0.0))


def _limits(parcels: Parcels, alternative: ObjectArray) -> dict[str, FloatArray]:
    """Look up the limits of every parcel; a later row of the table is the more special one and wins."""
    table = {name: numbers("limits", name) for name in LIMITS}
    found = {name: np.full(len(parcels), np.nan) for name in LIMITS}
    wanted = column("limits", "alternative")
    for row in range(len(wanted)):  # rows of a table
        here = _applies(parcels, row)
        here &= (alternative == wanted[row]) if wanted[row] not in ("", "1") else True
        for name in LIMITS:
            found[name][here] = table[name][row]
    return {name: np.where(np.isnan(value), _USUAL.get(name, np.nan), value) for name, value in found.items()}


def _applies(parcels: Parcels, row: int) -> BoolArray:
    road = column("limits", "road_class")[row]
    here = parcels.subzone == code_index([column("limits", "subzone")[row]])[0]
    here &= (parcels.road == ROADS.index(road)) if road else True
    low, high = numbers("limits", "lot_min_m2")[row], numbers("limits", "lot_max_m2")[row]
    return np.asarray(here & ~(parcels.area_m2 < low) & ~(parcels.area_m2 >= high), dtype=np.bool_)


def _forget(columns: dict[str, FloatArray], rng: np.random.Generator) -> dict[str, FloatArray]:
    n = len(next(iter(columns.values())))
    nothing = rng.random(n) < _ALL_MISSING
    return {name: np.where(nothing | (rng.random(n) < _EACH_MISSING), np.nan, value) for name, value in columns.items()}

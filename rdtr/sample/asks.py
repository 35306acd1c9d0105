"""Asks: what each applicant wants to do on a parcel, mostly what the zone is for, sometimes anything but."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.sample.tables import column, numbers
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.cells import NOT_STATED, TB, B, I, T, X
from rdtr.zoning.rules import RuleBook

__all__ = ["Asks", "choose_activities"]

_FITTING = 0.76
_UNLISTED = 0.02
_SILENT = 0.01
_BY_KBLI, _BY_ID = 0.55, 0.15  # the rest gives the activity's name
# how often people ask for what is allowed, limited, on condition, both, not stated
_TASTE = np.zeros(6)
_TASTE[[I, T, B, TB, NOT_STATED]] = [1.0, 0.5, 0.4, 0.25, 0.5]
_TYPICAL = 9.0


@dataclass(frozen=True, slots=True)
class Asks:
    """What is asked for: shape (n,) texts or None, one of the two at most."""

    activity: ObjectArray
    kbli: ObjectArray


def choose_activities(rules: RuleBook, subzone: IndexArray, rng: np.random.Generator) -> Asks:
    """Choose an activity for every parcel, and whether it is given by KBLI, by id or by name.

    Parameters
    ----------
    rules
        The rule book, with the sub-zones in the order of ``subzones``.
    subzone
        Shape (n,).
    rng
        The choices.
    """
    row = _rows(rules, subzone, rng)
    roll, unlisted, silent = (rng.random(len(subzone)) for _ in range(3))
    example = column("activities", "example")[row]
    ids, names = rules.activities["activity_id"].to_numpy(object), column("activities", "name")
    by_kbli = (roll < _BY_KBLI) & (example != "")
    unsaid = np.full(len(row), None, dtype=object)
    kbli = np.where(by_kbli, example, unsaid)
    activity = np.where(by_kbli, unsaid, np.where(roll > 1.0 - _BY_ID, ids[row], names[row]))
    odd = np.flatnonzero(unlisted < _UNLISTED)
    pick = rng.integers(0, len(column("unlisted", "kbli")), len(odd))
    activity[odd] = _or_none(column("unlisted", "activity"))[pick]
    kbli[odd] = _or_none(column("unlisted", "kbli"))[pick]
    activity[silent < _SILENT], kbli[silent < _SILENT] = None, None
    return Asks(activity, kbli)


def _or_none(texts: ObjectArray) -> ObjectArray:
    return np.array([text or None for text in texts], dtype=object)


def _rows(rules: RuleBook, subzone: IndexArray, rng: np.random.Generator) -> IndexArray:
    permission = np.array([[cell.permission for cell in row] for row in rules.cells])
    usual = numbers("activities", "weight")
    fits, roll = rng.random(len(subzone)) < _FITTING, rng.random(len(subzone))
    row = np.zeros(len(subzone), dtype=np.int64)
    for code in np.unique(subzone):  # the sub-zones of the city, not its parcels
        taste = usual * _TASTE[permission[:, code]] * np.where(_typical(int(code)), _TYPICAL, 1.0)
        wrong = usual * (permission[:, code] == X)
        for weight, chosen in ((taste, fits), (wrong, ~fits)):
            here = np.flatnonzero(chosen & (subzone == code))
            row[here] = _weighted(weight, roll[here])
    return row


def _typical(code: int) -> BoolArray:
    group = column("subzones", "group")[code]
    wanted = column("typical", "activities")[column("typical", "group") == group][0]
    return np.isin(column("activities", "group").astype(str), wanted.split())


def _weighted(weight: FloatArray, roll: FloatArray) -> IndexArray:
    edges = np.cumsum(weight)
    return np.minimum(np.searchsorted(edges, roll * edges[-1], side="right"), len(weight) - 1)

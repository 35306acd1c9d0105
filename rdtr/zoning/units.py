"""Units of judgement: zones that nothing tells apart (same code, blok, flags and limits). No geometry, no verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rdtr.types import BoolArray, IndexArray, ObjectArray
from rdtr.zoning.codes import base_code, is_blank, tidy
from rdtr.zoning.rules import RuleBook, rule_key
from rdtr.zoning.schema import FLAGS, LAYER_LIMITS, ROAD, WATER
from rdtr.zoning.vocabulary import Vocabulary

__all__ = ["Units", "units_of"]

_PLACE = ("NAMOBJ", "NAMSZN", "NAMZON", "KODZON", "KODSZN", "KODEWP", "KODSWP", "KODBLK")
_KEY_COLUMNS = ("KODUNK", "KODSZN", "KODZON", "NAMOBJ")


@dataclass(frozen=True, eq=False)
class Units:
    """What a parcel can have a part in. A parcel is judged by unit, so many polygons of one code are one part.

    Attributes
    ----------
    of_zone
        Shape (zones,), the unit of each zone polygon.
    table
        One row a unit: place, flag and limit columns; blanks are None.
    label
        Shape (units,), what users call it: sub-zone code, else zone code, else name.
    name
        Shape (units,), its name: NAMOBJ, else NAMSZN, else NAMZON.
    key
        Shape (units,), by which rule tables know it; empty where nothing names it.
    cut_out
        Shape (units,), True for road bodies (BJ) and water (BA): never buildable.
    """

    of_zone: IndexArray
    table: pd.DataFrame
    label: ObjectArray
    name: ObjectArray
    key: ObjectArray
    cut_out: BoolArray

    def __len__(self) -> int:
        return len(self.table)

    def texts(self, column: str) -> ObjectArray:
        """A column as texts, shape (units,); blanks and missing columns give empty texts."""
        if column not in self.table.columns:
            return np.full(len(self), "", dtype=object)
        return _texts(self.table[column])


def units_of(zones: pd.DataFrame, rules: RuleBook, vocabulary: Vocabulary) -> Units:
    """Group zones into units and find the key by which the rules know each.

    Parameters
    ----------
    zones
        Zones with official columns.
    rules
        The rule book; its sub-zones decide which column is the key (KODUNK, KODSZN, KODZON or NAMOBJ).
    vocabulary
        To recognise road bodies and water by name where there is no code.

    Returns
    -------
    Units
        In order of first appearance.
    """
    columns = [c for c in (*_PLACE, *FLAGS, *LAYER_LIMITS) if c in zones.columns]
    known = set(rules.subzones) | set(rules.intensity["subzone"])
    frame = pd.DataFrame({c: zones[c].to_numpy() for c in columns})
    frame["_key"] = _keys(zones, known)
    of_zone = frame.groupby([*columns, "_key"], dropna=False, sort=False).ngroup().to_numpy(np.int64)
    first = np.unique(of_zone, return_index=True)[1]
    table = frame.iloc[first].reset_index(drop=True)
    key = table.pop("_key").to_numpy(object)
    label = _first_of(table, ("KODSZN", "KODZON", "NAMOBJ"))
    return Units(
        of_zone,
        table,
        label,
        _first_of(table, ("NAMOBJ", "NAMSZN", "NAMZON")),
        key,
        _is_cut_out(table, label, vocabulary),
    )


def _texts(values: pd.Series[Any]) -> ObjectArray:
    unique, inverse = _distinct(values)
    return np.array(["" if is_blank(v) else tidy(v) for v in unique], dtype=object)[inverse]


def _distinct(values: pd.Series[Any]) -> tuple[list[Any], IndexArray]:
    codes, unique = pd.factorize(values, use_na_sentinel=False)
    return list(unique), codes


def _first_of(frame: pd.DataFrame, columns: tuple[str, ...]) -> ObjectArray:
    result = np.full(len(frame), "", dtype=object)
    for column in columns:
        if column in frame.columns:
            result = np.where(result == "", _texts(frame[column]), result)
    return result


def _keys(zones: pd.DataFrame, known: set[str]) -> ObjectArray:
    """Key of each zone: the first column that the rules know, else the first that says anything."""
    key = np.full(len(zones), "", dtype=object)
    spare = np.full(len(zones), "", dtype=object)
    for column in _KEY_COLUMNS:
        if column not in zones.columns:
            continue
        unique, inverse = _distinct(zones[column])
        spelled = [rule_key(v) for v in unique]
        # a local suffix (R-2.K) falls back to its sub-zone where the rules have no row of its own
        matched = [s if s in known else base_code(s) if base_code(s) in known else "" for s in spelled]
        key = np.where(key == "", np.array(matched, dtype=object)[inverse], key)
        if column != "KODUNK":
            spare = np.where(spare == "", np.array(spelled, dtype=object)[inverse], spare)
    return np.where(key == "", spare, key)


def _is_cut_out(table: pd.DataFrame, label: ObjectArray, vocabulary: Vocabulary) -> BoolArray:
    def test(name: str) -> bool:
        kind = vocabulary.by_name(name)
        return base_code(name) in (ROAD, WATER) or (kind is not None and kind.code in (ROAD, WATER))

    unique, inverse = np.unique(label.astype(str), return_inverse=True)
    return np.array([test(str(u)) for u in unique], dtype=np.bool_)[inverse]

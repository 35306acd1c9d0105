"""Columns of a layer dictionary-encoded for tiles, and which rows a filter keeps. Knows no geometry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from rdtr.errors import TileError
from rdtr.tiles.mvt import Attributes, value_bytes
from rdtr.types import BoolArray, IndexArray
from rdtr.zoning.codes import is_blank

__all__ = ["attributes_of", "rows_where"]


def attributes_of(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> Attributes:
    """Encode the columns of a layer once, so that a tile only copies numbers.

    Parameters
    ----------
    frame
        One row a feature. Texts, bools, whole numbers, floats and dates are kept as what they are; null, NaN and
        texts that say nothing ("-", "Tidak Ada") have no tag; anything else is written as text.
    columns
        Which columns; default is all but geometry.

    Raises
    ------
    TileError
        If a column is not there.
    """
    names = [c for c in frame.columns if c != "geometry"] if columns is None else list(columns)
    missing = [c for c in names if c not in frame.columns]
    if missing:
        there = ", ".join(str(c) for c in frame.columns if c != "geometry")[:200]
        raise TileError(f"layer has no column {missing[0]!r}; it has {there}")
    known: dict[bytes, int] = {}
    tags = [_column(frame[name], known) for name in names]
    table = np.array(tags, np.int64).reshape(len(names), len(frame)).T
    present = table >= 0
    start = np.concatenate([[0], np.cumsum(present.sum(axis=1))]).astype(np.int64)
    key = np.broadcast_to(np.arange(len(names)), table.shape)[present]
    return Attributes(
        tuple(map(str, names)), start, key.astype(np.int16), table[present].astype(np.int32), tuple(known)
    )


def _column(values: pd.Series[Any], known: dict[bytes, int]) -> IndexArray:
    codes, distinct = pd.factorize(values, use_na_sentinel=True)
    if not pd.api.types.is_numeric_dtype(values.dtype):
        # "Tidak Ada" says nothing; half of a zone's columns do so
        blank = np.array([isinstance(v, str) and v != "0" and is_blank(v) for v in distinct] or [False])
        codes = np.where(blank[codes], -1, codes)
    numbers = np.array([known.setdefault(value_bytes(_plain(v)), len(known)) for v in distinct] or [-1], np.int64)
    return np.where(codes < 0, -1, numbers[codes])


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float | str | np.bool_ | np.integer | np.floating):
        return value
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def rows_where(frame: pd.DataFrame, where: str) -> BoolArray:
    """Evaluate a CQL2 filter (text or JSON) on the columns of a layer.

    Raises
    ------
    TileError
        If it cannot be parsed, names a column that is not there, or does not give yes or no.

    Examples
    --------
    >>> rows_where(pd.DataFrame({"KODSZN": ["R-2", "K-1"]}), "KODSZN = 'R-2'").tolist()
    [True, False]
    """
    from cql2 import Expr  # an extra; a plan without filters does without it

    if len(where) > 4000:
        raise TileError(f"filter has {len(where):,} characters; at most 4,000 are read")
    try:
        expression = Expr(where)
        expression.validate()
    except Exception as error:
        raise TileError(f"filter {where[:80]!r} cannot be read as CQL2: {str(error).splitlines()[0][:120]}") from error
    plain = frame.drop(columns="geometry", errors="ignore")
    keep = np.zeros(len(frame), np.bool_)
    # the evaluator takes one feature at a time; distinct rows are few
    codes = plain.groupby(list(plain.columns), dropna=False, sort=False).ngroup().to_numpy()
    first = np.unique(codes, return_index=True)[1]
    rows = plain.iloc[first].astype(object).where(plain.iloc[first].notna(), None).to_dict("records")
    try:
        kept = np.array([expression.matches({"type": "Feature", "geometry": None, "properties": r}) for r in rows])
    except Exception as error:
        raise TileError(f"filter {where[:80]!r} cannot be applied: {str(error).splitlines()[0][:120]}") from error
    keep[:] = kept[codes]
    return keep

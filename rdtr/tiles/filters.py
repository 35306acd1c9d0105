"""Which rows of a layer a CQL2 filter keeps. Knows no geometry and encodes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rdtr.errors import TileError
from rdtr.types import BoolArray

__all__ = ["rows_where"]


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
    except Exception as error:  # cql2 raises errors without a common base
        raise TileError(f"filter {where[:80]!r} cannot be read as CQL2: {str(error).splitlines()[0][:120]}") from error
    plain = frame.drop(columns="geometry", errors="ignore")
    keep = np.zeros(len(frame), np.bool_)
    # the evaluator takes one feature at a time; distinct rows are few
    codes = plain.groupby(list(plain.columns), dropna=False, sort=False).ngroup().to_numpy()
    first = np.unique(codes, return_index=True)[1]
    rows = plain.iloc[first].astype(object).where(plain.iloc[first].notna(), None).to_dict("records")
    try:
        kept = np.array([expression.matches({"type": "Feature", "geometry": None, "properties": r}) for r in rows])
    except Exception as error:  # cql2 raises errors without a common base
        raise TileError(f"filter {where[:80]!r} cannot be applied: {str(error).splitlines()[0][:120]}") from error
    keep[:] = kept[codes]
    return keep

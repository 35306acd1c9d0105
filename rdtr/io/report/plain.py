"""Report tables as plain values: texts, numbers, truth values, or None. Chooses no format and writes no file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.types import ObjectArray

__all__ = ["columns_of", "plain_table", "rows_of"]

_CHUNK: Final = 16_384


def plain_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Write categories as texts, so that every file format can hold the table; nothing else changes.

    Examples
    --------
    >>> plain_table(pd.DataFrame({"verdict": pd.Categorical(["partial", None])}))["verdict"].tolist()
    ['partial', None]
    """
    flat = {c: _texts(frame[c]) for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)}
    return frame.assign(**flat)


def _texts(values: pd.Series[Any]) -> pd.Series[Any]:
    texts = np.array([*values.cat.categories, None], dtype=object)
    return pd.Series(texts[values.cat.codes], index=values.index, dtype=object)


def columns_of(frame: pd.DataFrame) -> list[ObjectArray]:
    """Take a table apart into columns of plain Python values.

    Parameters
    ----------
    frame
        A table without geometry.

    Returns
    -------
    list of arrays
        Objects of shape (n,); NaN, infinity and every other "no value" is None.
    """
    return [_plain(frame[c]) for c in frame.columns]


def _plain(values: pd.Series[Any]) -> ObjectArray:
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = _texts(values)
    missing = values.isna().to_numpy(np.bool_)
    if pd.api.types.is_float_dtype(values.dtype):
        missing = missing | ~np.isfinite(values.to_numpy(dtype=np.float64, na_value=np.nan))
    plain = np.array(values, dtype=object)
    plain[missing] = None
    return plain


def rows_of(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Go through a table row by row in plain Python values; memory stays bounded.

    Examples
    --------
    >>> list(rows_of(pd.DataFrame({"permit_id": ["P-1"], "area_m2": [float("nan")], "sliver": [True]})))
    [('P-1', None, True)]
    """
    for start in range(0, len(frame), _CHUNK):
        yield from zip(*columns_of(frame.iloc[start : start + _CHUNK]), strict=True)

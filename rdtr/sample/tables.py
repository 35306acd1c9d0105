"""The packaged tables of the sample city, read as text. Numbers and words of the city live there, not in the code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import pandas as pd

from rdtr.types import FloatArray, IndexArray, ObjectArray

__all__ = ["SUBZONES", "code_index", "column", "numbers", "packaged"]


@cache
def packaged(name: str) -> pd.DataFrame:
    """Read one packaged table; every cell is text, an empty cell is an empty text. Not to be changed by the caller.

    Examples
    --------
    >>> packaged("districts")["character"].iloc[0]
    'forest'
    """
    text = files("rdtr.sample").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return pd.read_csv(StringIO(text), dtype=object, keep_default_na=False)


def column(name: str, field: str) -> ObjectArray:
    """Return a column as an array of texts."""
    return packaged(name)[field].to_numpy(object)


def numbers(name: str, field: str) -> FloatArray:
    """Return a column as numbers; an empty cell is NaN.

    Examples
    --------
    >>> float(numbers("districts", "share")[0])
    0.05
    """
    return np.array([float(text) if text else np.nan for text in column(name, field)])


@cache
def _positions() -> dict[str, int]:
    return {code: row for row, code in enumerate(column("subzones", "code"))}


def code_index(codes: ObjectArray | list[str]) -> IndexArray:
    """Find sub-zone codes in ``subzones``; the rest of the city works with these row numbers.

    Examples
    --------
    >>> code_index(["HL", "PS"]).tolist()
    [0, 1]
    """
    return np.array([_positions()[code] for code in codes], dtype=np.int64)


SUBZONES = "subzones"
"""The table of sub-zones: code, official names, group of the rule matrix, usual lot."""

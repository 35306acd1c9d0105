"""Numbers as people in Indonesia write them (``1.234,5``), read back; says which could not be read, never guesses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from rdtr.types import BoolArray, FloatArray
from rdtr.zoning.codes import is_blank, tidy

__all__ = ["Numbers", "parse_number", "read_numbers"]

_GROUPED_ID: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}")
_GROUPED_EN: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}")
_TWO_WAYS: Final = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_UNITS: Final = re.compile(r"\s*(?:m2|m²|meter persegi|m|meter|lantai|lt|persen|%)\.?$", re.IGNORECASE)
_HECTARES: Final = re.compile(r"\s*(?:ha|hektar|hektare)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A column of numbers, shape (n,) each.

    Attributes
    ----------
    numbers
        float64; NaN where nothing is stated or nothing could be read.
    unread
        True where something is stated that is no number.
    two_ways
        True for a text such as ``1.234``, which is 1234 to some and 1.234 to others.
    """

    numbers: FloatArray
    unread: BoolArray
    two_ways: BoolArray


def parse_number(text: str, *, area: bool = False) -> tuple[float, bool]:
    """Read one number: digits with Indonesian or English separators, and a unit behind it.

    Parameters
    ----------
    text
        Such as ``1.234,5``, ``60 %``, ``0,6``, ``1,5 ha``.
    area
        True for square metres: ``1.234`` is then 1234 and hectares are converted; else it is 1.234.

    Returns
    -------
    value
        NaN when the text is no number.
    two_ways
        True when another reading is possible.

    Examples
    --------
    >>> [parse_number(t, area=True) for t in ("1.234,5", "0,6", "1.200 m2", "1,5 ha")]
    [(1234.5, False), (0.6, False), (1200.0, True), (15000.0, False)]
    """
    plain = tidy(text)
    hectares = area and _HECTARES.search(plain) is not None
    plain = (_HECTARES if hectares else _UNITS).sub("", plain).replace("\u2212", "-")
    two_ways = _TWO_WAYS.fullmatch(plain) is not None
    if _GROUPED_ID.fullmatch(plain) or (two_ways and area and not hectares and "." in plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _GROUPED_EN.fullmatch(plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain) * (10_000.0 if hectares else 1.0), two_ways
    except ValueError:
        return float("nan"), False


def read_numbers(values: pd.Series[Any], *, area: bool = False) -> Numbers:
    """Read a column of numbers, whatever a file made of it.

    Parameters
    ----------
    values
        Numbers, texts or both. None, NaN and blanks ("-", "Tidak Ada") state nothing; "0" is the number zero.
    area
        See `parse_number`.

    Returns
    -------
    Numbers

    Examples
    --------
    >>> read_numbers(pd.Series(["1.234,5", "0", "-", "lihat lampiran"])).numbers.tolist()
    [1234.5, 0.0, nan, nan]
    """
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        nothing = np.zeros(len(values), dtype=bool)
        return Numbers(numbers, nothing, nothing)
    # every distinct text is read once
    codes, distinct = pd.factorize(values.map(_as_text).astype(object))
    parsed = [(float("nan"), False) if text == "" else parse_number(text, area=area) for text in distinct]
    numbers = np.array([v for v, _ in parsed], dtype=np.float64)[codes] if len(distinct) else np.zeros(0)
    two_ways = np.array([w for _, w in parsed], dtype=bool)[codes] if len(distinct) else np.zeros(0, dtype=bool)
    stated = np.array([text not in _NO_NUMBER for text in distinct], dtype=bool)[codes] if len(distinct) else two_ways
    return Numbers(numbers, stated & np.isnan(numbers), two_ways)


_NO_NUMBER: Final = ("", "nan", "NaN")


def _as_text(value: object) -> str:
    text = tidy(value)
    return "" if is_blank(text) and text != "0" else text

"""Limits and areas that a layer carries in its own columns, as numbers where they are numbers. Judges none of them."""

from __future__ import annotations

import re
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.io.texts import as_objects, tell
from rdtr.types import FloatArray
from rdtr.zoning.codes import is_blank, tidy
from rdtr.zoning.findings import Finding
from rdtr.zoning.numbers import parse_number
from rdtr.zoning.schema import LAYER_LIMITS

__all__ = ["clean_areas", "clean_limits"]

_AT_MOST: Final = r"maks(?:imum|imal)?\.?|max(?:imum)?\.?|paling banyak|paling tinggi|≤|<="
_AT_LEAST: Final = r"min(?:imum|imal)?\.?|paling sedikit|paling rendah|≥|>="
_SENSE: Final = {"KDB": _AT_MOST, "KLB": _AT_MOST, "KTB": _AT_MOST, "KDH": _AT_LEAST, "GSB": _AT_LEAST}
_PERCENTAGES: Final = ("KDB", "KDH", "KTB")
_M2_PER_HA: Final = 10_000.0


def clean_limits(frame: gpd.GeoDataFrame, source: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read KDB, KLB, KDH, KTB and GSB as numbers; zero is a limit of zero.

    A column in which every text is one number (``55``, ``0,6``, ``maksimum: 60%``) becomes float64. A text that says
    more, or the opposite (a minimum of KDB), cannot be judged by a machine: the column then stays text, its numbers in
    plain digits, and `pandas.to_numeric` finds them.

    Parameters
    ----------
    frame
        A layer with official column names.
    source
        What findings call it.

    Returns
    -------
    frame
        A copy.
    findings
        ``LIMIT_TEXT_UNREAD`` for each distinct text, ``LIMIT_LOOKS_FRACTION`` for percentages that are none above 1.

    Examples
    --------
    >>> import shapely
    >>> frame = gpd.GeoDataFrame({"KDB": ["maksimum: 60%", "0", "null"]}, geometry=[shapely.Point(0, 0)] * 3)
    >>> clean_limits(frame, "zones.shp")[0]["KDB"].tolist()
    [60.0, 0.0, nan]
    """
    found: list[Finding] = []
    clean: dict[str, Any] = {}
    for column in LAYER_LIMITS:
        if column in frame.columns:
            values, numbers, unread = _limits(frame[column], _SENSE[column])
            clean[column] = as_objects(values, frame) if unread else values
            found += tell("LIMIT_TEXT_UNREAD", source, column, values, ((t, {"found": _short(t)}) for t in unread))
            if column in _PERCENTAGES and _are_fractions(numbers):
                most = f"{np.nanmax(numbers):g}"
                found.append(Finding("LIMIT_LOOKS_FRACTION", source, None, column, {"most": most}))
    return frame.assign(**clean), found


def _limits(values: pd.Series[Any], sense: str) -> tuple[Any, FloatArray, list[str]]:
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        return numbers, numbers, []
    codes, distinct = pd.factorize(values.astype(object), use_na_sentinel=False)
    texts = [_text(v) for v in distinct]
    parsed = np.array([_number(t, sense) for t in texts], dtype=np.float64)
    unread = list(dict.fromkeys(t for t, n in zip(texts, parsed, strict=True) if t is not None and np.isnan(n)))
    if not unread:
        return parsed[codes], parsed[codes], []
    plain = [t if np.isnan(n) else f"{n:.15g}" for t, n in zip(texts, parsed, strict=True)]
    return np.array(plain, dtype=object)[codes], parsed[codes], unread


def _text(value: object) -> str | None:
    text = tidy(value)
    return None if is_blank(text) and text != "0" else text


def _number(text: str | None, sense: str) -> float:
    if text is None:
        return float("nan")
    number = parse_number(re.sub(rf"^(?:{sense})\s*[:=]?\s*", "", text, flags=re.IGNORECASE))[0]
    return number if np.isfinite(number) else float("nan")


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _are_fractions(numbers: FloatArray) -> bool:
    stated = numbers[numbers > 0]
    return len(stated) > 0 and bool((stated <= 1.0).all())


def clean_areas(frame: gpd.GeoDataFrame, area_m2: FloatArray, source: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read LUASHA as hectares; a column that plainly holds square metres is converted.

    Parameters
    ----------
    frame
        A layer with official column names.
    area_m2
        Shape (n,), areas of the drawn zones.
    source
        What findings call it.

    Returns
    -------
    frame
        A copy; a LUASHA that is not all numbers stays as it is.
    findings
        ``AREA_UNIT_CONVERTED`` where half of the zones or more agree with their drawn area, in square metres, to 5 %.
    """
    if "LUASHA" not in frame.columns:
        return frame, []
    stated, _, unread = _limits(frame["LUASHA"], r"(?!)")
    if unread:
        return frame, []
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.nanmedian(stated / area_m2) if np.isfinite(stated).any() else np.nan
    if not 0.95 <= ratio <= 1.05:
        return frame.assign(LUASHA=stated), []
    return frame.assign(LUASHA=stated / _M2_PER_HA), [Finding("AREA_UNIT_CONVERTED", source, None, "LUASHA")]

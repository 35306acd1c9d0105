"""Tables that any file can hold: text column names, one kind of value a column. Touches no geometry."""

from __future__ import annotations

import json
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from rdtr.errors import SchemaError

__all__ = ["plain_frame"]

_TYPES: Final = {
    "boolean": "boolean",
    "integer": "Int64",
    "floating": "Float64",
    "mixed-integer-float": "Float64",
}


def plain_frame(frame: gpd.GeoDataFrame, what: str) -> gpd.GeoDataFrame:
    """Bring a layer into the one form in which a plan keeps, hashes and writes it.

    Parameters
    ----------
    frame
        Any columns and any index.
    what
        What it is, for messages.

    Returns
    -------
    GeoDataFrame
        A copy with the index 0..n-1, its geometry named ``geometry``, no notes in ``attrs``. Columns of objects that
        are neither all text, all numbers nor all truth values are text; missing values stay missing.

    Raises
    ------
    SchemaError
        If there is no geometry column, or a column name stands there twice.

    Examples
    --------
    >>> import shapely
    >>> frame = gpd.GeoDataFrame({"KDB": [60.0, "60 % LP"]}, geometry=[shapely.Point(0, 0)] * 2)
    >>> list(plain_frame(frame, "zones")["KDB"])
    ['60', '60 % LP']
    """
    if not isinstance(frame, gpd.GeoDataFrame) or frame._geometry_column_name not in frame.columns:
        raise SchemaError(f"{what}: there is no geometry column; give a GeoDataFrame with one")
    plain = frame.reset_index(drop=True).set_axis([str(c) for c in frame.columns], axis=1)
    if plain.columns.has_duplicates:
        twice = plain.columns[plain.columns.duplicated()][0]
        raise SchemaError(f"{what}: column {twice!r} stands there twice; keep one")
    plain = gpd.GeoDataFrame(plain, geometry=str(frame.geometry.name), crs=frame.crs)
    if plain.geometry.name != "geometry":
        plain = plain.rename_geometry("geometry")
    plain.attrs = {}
    objects = [c for c in plain.columns if plain[c].dtype == object]
    return plain.assign(**{c: _column(plain[c]) for c in objects})


def _column(values: pd.Series[Any]) -> pd.Series[Any]:
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind in ("string", "empty"):
        return values
    if kind in _TYPES and _fits(values, kind):
        return values.astype(_TYPES[kind])
    return values.map(_text).astype(object)


def _fits(values: pd.Series[Any], kind: str) -> bool:
    # Python's integers have no end, those of a file have 64 bits
    return kind != "integer" or all(abs(v) < 2**63 for v in values.dropna())


def _text(value: Any) -> str | None:
    if isinstance(value, list | tuple | dict | set):
        return json.dumps(sorted(value) if isinstance(value, set) else value, ensure_ascii=False, default=str)
    if value is None or value is pd.NA or value != value:
        return None
    return f"{value:.15g}" if isinstance(value, float) else str(value)

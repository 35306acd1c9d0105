"""Text columns of the official schema: blanks are None, white space is plain. Knows no code and no number."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.types import ObjectArray
from rdtr.zoning.codes import is_blank, tidy
from rdtr.zoning.findings import Finding
from rdtr.zoning.schema import FLAGS, IDENTITY

__all__ = ["TEXT_COLUMNS", "as_objects", "clean_texts", "column_or_nothing", "flat_values", "tell"]

TEXT_COLUMNS: Final = (*IDENTITY, *FLAGS, "TPZ_00", "REMARK")


def flat_values(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Write lists and structures, which GeoJSON and Parquet can hold, as JSON texts; other values stay.

    Examples
    --------
    >>> import shapely
    >>> frame = gpd.GeoDataFrame({"A": [["R-2", "K-1"], None]}, geometry=[shapely.Point(0, 0)] * 2)
    >>> flat_values(frame)["A"].tolist()
    ['["R-2", "K-1"]', None]
    """
    columns = [c for c in frame.columns if frame[c].dtype == object and frame[c].map(_is_nested).any()]
    return frame.assign(**{c: as_objects([_flat(v) for v in frame[c]], frame) for c in columns})


def _is_nested(value: object) -> bool:
    return isinstance(value, list | tuple | dict | np.ndarray)


def _flat(value: Any) -> Any:
    if not _is_nested(value):
        return value
    return json.dumps(value, ensure_ascii=False, default=lambda v: v.tolist() if hasattr(v, "tolist") else str(v))


def clean_texts(frame: gpd.GeoDataFrame, source: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Bring the identity, flag and remark columns into texts or None; other columns are not touched.

    "Tidak Ada", "-", a blank and "0" say nothing and become None; whole numbers become their digits.

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
        One ``TEXT_TRIMMED`` a column in which white space was dropped; that blanks are blank is not worth a word.
    """
    found: list[Finding] = []
    clean: dict[str, Any] = {}
    for column in TEXT_COLUMNS:
        if column in frame.columns:
            texts, trimmed = _texts(frame[column])
            clean[column] = as_objects(texts, frame)
            if len(trimmed):
                found.append(Finding("TEXT_TRIMMED", source, int(trimmed[0]) + 1, column, {"rows": len(trimmed)}))
    return frame.assign(**clean), found


def _texts(values: pd.Series[Any]) -> tuple[ObjectArray, Any]:
    codes, distinct = pd.factorize(_digits(values).astype(object), use_na_sentinel=False)
    texts = np.array([None if is_blank(v) else tidy(v) for v in distinct], dtype=object)
    loose = np.array([t is not None and isinstance(v, str) and t != v for v, t in zip(distinct, texts, strict=True)])
    return texts[codes], np.flatnonzero(loose[codes]) if len(distinct) else ()


def _digits(values: pd.Series[Any]) -> pd.Series[Any]:
    # a column of whole numbers with a gap in it comes as 19.0
    if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        return values.astype("Int64")
    return values


def as_objects(values: ObjectArray | list[Any], frame: pd.DataFrame) -> pd.Series[Any]:
    """Make a column of texts and None; left to itself, pandas turns None into NaN from version 3 on."""
    return pd.Series(values, index=frame.index, dtype=object)


def column_or_nothing(frame: pd.DataFrame, column: str) -> ObjectArray:
    """Return a column as objects, shape (n,); None throughout where there is no such column."""
    if column not in frame.columns:
        return np.full(len(frame), None, dtype=object)
    return frame[column].to_numpy(dtype=object)


def tell(code: str, source: str, column: str, rows: Any, values: Iterable[tuple[Any, dict[str, Any]]]) -> list[Finding]:
    """Make one finding for each distinct value: the first row that has it, and in how many rows it stands.

    Parameters
    ----------
    code, source, column
        Of the finding.
    rows
        Shape (n,), the value of each row.
    values
        A value, and what its sentence needs beyond ``rows``.

    Returns
    -------
    list of Finding
        In the order of `values`.
    """
    codes, distinct = pd.factorize(rows)
    first = dict(zip(codes[::-1], range(len(codes), 0, -1), strict=True))
    count = np.bincount(codes[codes >= 0], minlength=len(distinct))
    place = {value: i for i, value in enumerate(distinct)}
    return [
        Finding(code, source, first[place[value]], column, {**said, "rows": int(count[place[value]])})
        for value, said in values
    ]

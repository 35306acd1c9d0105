"""Zone codes of a layer: one spelling, taken from names where none is given, held against the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from rdtr.io.texts import as_objects, column_or_nothing, tell
from rdtr.types import BoolArray, ObjectArray
from rdtr.types import Vocabulary as Version
from rdtr.zoning.codes import canonical_code
from rdtr.zoning.findings import Finding
from rdtr.zoning.vocabulary import Vocabulary, vocabulary

__all__ = ["clean_codes"]

_NAMES = ("NAMSZN", "NAMOBJ")


def clean_codes(frame: gpd.GeoDataFrame, source: str, version: Version) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Write the codes of zones in one spelling and fill those that follow from a name.

    Where KODSZN is blank, it is taken from a name that the vocabulary knows, or repeats KODZON where that zone has no
    sub-zones. Nothing else is filled: the zone is then known by KODZON or by its name. A code that the vocabulary does
    not know stays as it is.

    Parameters
    ----------
    frame
        A layer with official column names and clean texts.
    source
        What findings call it.
    version
        The vocabulary.

    Returns
    -------
    frame
        A copy with KODSZN.
    findings
        ``CODE_CANONICALISED``, ``CODE_FROM_NAME``, ``CODE_FROM_ZONE``, ``CODE_MISSING`` and ``CODE_UNKNOWN``, one for
        each distinct value with its first row.
    """
    book = vocabulary(version)
    found: list[Finding] = []
    zone = _canonical(column_or_nothing(frame, "KODZON"), "KODZON", source, found)
    subzone = _canonical(column_or_nothing(frame, "KODSZN"), "KODSZN", source, found)
    found += _unknown(zone, "KODZON", book, source) + _unknown(subzone, "KODSZN", book, source)
    for column in _NAMES:
        _from_names(subzone, column_or_nothing(frame, column), column, book, source, found)
    _from_zones(subzone, zone, book, source, found)
    found += _missing(subzone, zone, column_or_nothing(frame, "NAMOBJ"), source)
    frame = frame.assign(KODSZN=as_objects(subzone, frame))
    return (frame.assign(KODZON=as_objects(zone, frame)) if "KODZON" in frame.columns else frame), found


def _distinct(values: ObjectArray) -> list[str]:
    return [v for v in pd.unique(values) if v is not None]


def _canonical(values: ObjectArray, column: str, source: str, found: list[Finding]) -> ObjectArray:
    changed = {v: canonical_code(v) for v in _distinct(values) if canonical_code(v) != v}
    found += tell(
        "CODE_CANONICALISED", source, column, values, ((v, {"found": v, "code": c}) for v, c in changed.items())
    )
    return _mapped(values, changed)


def _mapped(values: ObjectArray, changed: dict[str, str]) -> ObjectArray:
    return np.array([changed.get(v, v) for v in values], dtype=object) if changed else values.copy()


def _unknown(values: ObjectArray, column: str, book: Vocabulary, source: str) -> list[Finding]:
    strange = [v for v in _distinct(values) if book.find(v) is None]
    said = ((v, {"found": v, "vocabulary": book.version, "hint": _hint(v, book)}) for v in strange)
    return tell("CODE_UNKNOWN", source, column, values, said)


def _hint(code: str, book: Vocabulary) -> str:
    near = book.suggest(code)
    return f" ({near}?)" if near else ""


def _is_none(values: ObjectArray) -> BoolArray:
    return np.array([v is None for v in values], dtype=np.bool_)


def _only(where: BoolArray, values: ObjectArray) -> ObjectArray:
    """Keep the values of some rows; None elsewhere."""
    kept = values.copy()
    kept[~where] = None
    return kept


def _from_names(
    subzone: ObjectArray, names: ObjectArray, column: str, book: Vocabulary, source: str, found: list[Finding]
) -> None:
    asked = _only(_is_none(subzone), names)
    kinds = {name: book.by_name(name) for name in _distinct(asked)}
    codes = {name: kind.code for name, kind in kinds.items() if kind is not None and kind.code}
    said = ((name, {"name": name, "code": code}) for name, code in codes.items())
    found += tell("CODE_FROM_NAME", source, column, asked, said)
    _fill(subzone, asked, codes)


def _from_zones(subzone: ObjectArray, zone: ObjectArray, book: Vocabulary, source: str, found: list[Finding]) -> None:
    asked = _only(_is_none(subzone), zone)
    kinds = {code: book.find(code) for code in _distinct(asked)}
    whole = {code: code for code, kind in kinds.items() if kind is not None and not kind.is_parent}
    found += tell("CODE_FROM_ZONE", source, "KODSZN", asked, ((code, {"code": code}) for code in whole))
    _fill(subzone, asked, whole)


def _fill(subzone: ObjectArray, asked: ObjectArray, codes: Mapping[str, str]) -> None:
    for row in np.flatnonzero(~_is_none(asked)):
        subzone[row] = codes.get(asked[row])


def _missing(subzone: ObjectArray, zone: ObjectArray, names: ObjectArray, source: str) -> list[Finding]:
    key = np.array([name or "" for name in names], dtype=object)
    asked = _only(_is_none(subzone) & _is_none(zone), key)
    return tell("CODE_MISSING", source, "KODSZN", asked, ((name, {"name": name}) for name in _distinct(asked)))

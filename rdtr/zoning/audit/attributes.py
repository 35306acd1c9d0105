"""Checks of codes, names, classes, columns and areas, value by value. Looks at no border."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from rdtr.text import quantity
from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.audit.catalogue import columns as wanted_columns
from rdtr.zoning.audit.found import Found
from rdtr.zoning.audit.scene import Scene
from rdtr.zoning.codes import base_code, canonical_code, looks_like_code

__all__ = ["areas", "by_value", "classes", "codes", "columns", "names", "parents"]

_CLASS: Final = {"31": True, "32": False}  # JNSRPR begins so for lindung and budi daya (DOMAIN 4, two sources)
_CLASS_WORDS: Final = {True: {"id": "lindung", "en": "protected"}, False: {"id": "budi daya", "en": "cultivation"}}


def by_value(*columns: ObjectArray) -> Iterator[tuple[tuple[str, ...], IndexArray]]:
    """Go through the distinct values of columns together, in order of appearance, each with its rows.

    Examples
    --------
    >>> [(v, r.tolist()) for v, r in by_value(np.array(["b", "a", "b"], dtype=object))]
    [(('b',), [0, 2]), (('a',), [1])]
    """
    frame = pd.DataFrame(dict(enumerate(columns)))
    for value, rows in frame.groupby(list(frame.columns), sort=False).indices.items():
        yield (value if isinstance(value, tuple) else (value,)), np.asarray(rows, np.int64)


def _found(scene: Scene, code: str, rows: IndexArray, field: str, /, **values: Any) -> Found:
    return Found(code, int(rows[0]), None, float(len(rows)), scene.spots(rows), field, values, rows=rows)


def codes(scene: Scene) -> Iterator[Found]:
    """Codes that are missing, unknown, or written in another way."""
    book = scene.vocabulary
    for (found,), rows in by_value(scene.texts("KODSZN")):
        if not found:
            yield _found(scene, "ZONE_CODE_MISSING", rows, "KODSZN")
        elif book.find(found) is None:
            meant = book.suggest(found)
            hint = {"id": f"; mungkin {meant}", "en": f"; perhaps {meant}"} if meant else ""
            yield _found(scene, "ZONE_CODE_UNKNOWN", rows, "KODSZN", found=found, hint=hint, vocabulary=book.version)
        elif canonical_code(found) != found:
            yield _found(scene, "ZONE_CODE_SPELLING", rows, "KODSZN", found=found, wanted=canonical_code(found))


def names(scene: Scene) -> Iterator[Found]:
    """Names that are numbers, belong to another code, or stand for several codes; codes with several names."""
    code, name = scene.texts("KODSZN"), scene.texts("NAMOBJ")
    name = np.where(name == "", scene.texts("NAMSZN"), name)
    for (c, n), rows in by_value(code, name):
        if n and (n.replace(".", "").replace(",", "").isdigit() or looks_like_code(n)):
            yield _found(scene, "NAME_IS_NUMBER", rows, "NAMOBJ", found=n)
        elif n and c:
            yield from _disagreement(scene, c, n, rows)
    yield from _several(scene, code, name, "CODE_TWO_NAMES", "KODSZN")
    yield from _several(scene, name, code, "NAME_TWO_CODES", "NAMOBJ")


def _disagreement(scene: Scene, code: str, name: str, rows: IndexArray) -> Iterator[Found]:
    book = scene.vocabulary
    kind, named = book.find(code), book.by_name(name)
    if kind is None or (named is not None and named.code in (kind.code, kind.zone_code, "")):
        return
    if named is None:
        values = {"found": name, "code": code, "wanted": kind.name, "vocabulary": book.version}
        yield _found(scene, "NAME_UNKNOWN", rows, "NAMOBJ", **values)
    else:
        values = {"found": name, "code": code, "wanted": f"{named.code} ({named.name})", "vocabulary": book.version}
        yield _found(scene, "NAME_DISAGREES", rows, "NAMOBJ", **values)


def _several(scene: Scene, key: ObjectArray, value: ObjectArray, code: str, field: str) -> Iterator[Found]:
    frame = pd.DataFrame({"key": key, "value": value})
    frame = frame[(key != "") & (value != "")]
    counts = frame.groupby("key", sort=False)["value"].nunique()
    for k in counts[counts > 1].index:
        rows = np.flatnonzero(key == k)
        listed = ", ".join(dict.fromkeys(str(v) for v in value[rows] if v))
        said = {"code": k, "found": listed} if field == "KODSZN" else {"found": k, "codes": listed}
        yield Found(code, int(rows[0]), None, float(counts[k]), scene.spots(rows), field, said, rows=rows)


def parents(scene: Scene) -> Iterator[Found]:
    """KODZON that is not the zone to which KODSZN belongs."""
    book = scene.vocabulary
    for (zone, code), rows in by_value(scene.texts("KODZON"), scene.texts("KODSZN")):
        kind = book.zone_of(code) if code else None
        wanted = kind.code if kind else base_code(canonical_code(code)).partition("-")[0]
        if zone and code and wanted and canonical_code(zone) != wanted:
            yield _found(scene, "PARENT_DISAGREES", rows, "KODZON", found=zone, code=code, wanted=wanted)


def classes(scene: Scene) -> Iterator[Found]:
    """JNSRPR that says protection where the code says cultivation, or the reverse."""
    for (text, code), rows in by_value(scene.texts("JNSRPR"), scene.texts("KODSZN")):
        kind = scene.vocabulary.find(code) if code else None
        said = _class_of(text)
        if text and said is None:
            yield _found(scene, "CLASS_UNKNOWN", rows, "JNSRPR", found=text)
        elif text and kind is not None and said != kind.protected:
            words = {"found_class": _CLASS_WORDS[bool(said)], "wanted_class": _CLASS_WORDS[kind.protected]}
            yield _found(scene, "CLASS_DISAGREES", rows, "JNSRPR", found=text, code=code, **words)


def _class_of(text: str) -> bool | None:
    folded = text.casefold()
    if "lindung" in folded:
        return True
    if "budi" in folded and "daya" in folded:
        return False
    return _CLASS.get(text[:2]) if text[:2].isdigit() and len(text) >= 4 else None


def columns(scene: Scene) -> Iterator[Found]:
    """Official columns that are missing, empty, or blank in some rows."""
    for column, meaning in wanted_columns().items():
        # a plan has every identity column, an empty one where the layer had none
        there = column in scene.zones.columns
        blank = scene.blank(column) if there else np.ones(len(scene.zones), np.bool_)
        rows = np.flatnonzero(blank)
        values = {"wanted": meaning}
        if not there:
            yield Found("COLUMN_ABSENT", field=column, values=values)
        elif len(rows) == len(scene.zones):
            yield Found("COLUMN_EMPTY", size=float(len(rows)), field=column, values=values)
        elif len(rows):
            yield _found(scene, "CELLS_BLANK", rows, column, **values)


def areas(scene: Scene) -> Iterator[Found]:
    """LUASHA against the measured area, planar and geodesic; the nearer of the two decides."""
    stated = pd.to_numeric(scene.zones["LUASHA"], errors="coerce").to_numpy(np.float64, na_value=np.nan) * 1e4
    planar = np.asarray(shapely.area(scene.geometry), np.float64)
    centre = shapely.get_coordinates(shapely.centroid(scene.geometry))
    geodesic = planar * scene.area_scale.at(centre[:, 0], centre[:, 1])
    apart = np.minimum(np.abs(stated - planar), np.abs(stated - geodesic))
    with np.errstate(divide="ignore", invalid="ignore"):
        pct = 100.0 * apart / planar
    for zone in np.flatnonzero((pct > scene.limits["area_pct"]) & (apart > scene.limits["area_m2"])):
        row = int(zone)
        values = {"a": scene.called(row), **_sizes(stated[row], planar[row], geodesic[row])}
        yield Found("LUASHA_DIFFERS", row, None, float(pct[row]), scene.spots(np.array([row])), "LUASHA", values)
    yield from _total(scene, stated, planar, geodesic)


def _total(scene: Scene, stated: FloatArray, planar: FloatArray, geodesic: FloatArray) -> Iterator[Found]:
    sums = [float(np.nansum(v)) for v in (stated, planar, geodesic)]
    pct = 100.0 * min(abs(sums[0] - sums[1]), abs(sums[0] - sums[2])) / max(sums[1], 1e-9)
    if pct > scene.limits["area_pct"]:
        yield Found("LUASHA_TOTAL_DIFFERS", size=pct, field="LUASHA", values=_sizes(*sums))


def _sizes(stated: float, planar: float, geodesic: float) -> dict[str, dict[str, str]]:
    sizes = {"stated": stated, "planar": planar, "geodesic": geodesic}
    return {n: {lang: quantity(v / 1e4, "ha", lang) for lang in ("id", "en")} for n, v in sizes.items()}

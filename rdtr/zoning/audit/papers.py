"""Checks of what stands beside the zones: notes of reading, official names, rules, dates. Looks at no shape."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

import numpy as np
import shapely

from rdtr.crs import parse, transform
from rdtr.errors import CrsError
from rdtr.text import quantity
from rdtr.types import IndexArray, Lang
from rdtr.zoning.audit.attributes import by_value
from rdtr.zoning.audit.found import Found
from rdtr.zoning.audit.scene import Scene
from rdtr.zoning.cells import NOT_STATED
from rdtr.zoning.codes import base_code
from rdtr.zoning.rules import rule_key
from rdtr.zoning.schema import FLAGS

__all__ = ["dates", "intake", "rules", "villages"]

_DATES: Final[Mapping[str, Mapping[Lang, str]]] = {
    "regulation_date": {"id": "tanggal penetapan peraturan", "en": "when its regulation was made"},
    "valid_from": {"id": "awal masa berlaku", "en": "since when it is in force"},
    "valid_until": {"id": "akhir masa berlaku", "en": "until when it is in force"},
}


def intake(scene: Scene) -> Iterator[Found]:
    """Everything that was noticed while reading; rows that were set aside have their place."""
    places = _rejected_places(scene)
    for note in (*scene.plan.findings, *scene.plan.rules.findings):
        place = places.get(note.row) if note.row is not None and note.code.startswith("GEOMETRY_") else None
        yield Found(note.code, place=place, field=note.field or "", note=note)


def _rejected_places(scene: Scene) -> dict[int, shapely.Geometry]:
    rejected = scene.plan.rejected
    if not len(rejected) or rejected.crs is None:
        return {}
    shapes = rejected.geometry.to_numpy()
    usable = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    usable &= np.isfinite(shapely.bounds(shapes)).all(axis=1)
    try:
        moved = transform(shapes[usable], parse(rejected.crs), scene.plan.crs, scene.plan.identity.crs_policy)
    except CrsError:
        return {}  # a row may be set aside for the very reason that its coordinates exist nowhere
    return dict(zip(rejected["row"].to_numpy()[usable].tolist(), moved, strict=True))


def villages(scene: Scene) -> Iterator[Found]:
    """Names of villages that the official list does not have, with the one that was probably meant."""
    names = scene.names
    folded = {_folded(name): official for name, official in names.items()}
    for (found,), rows in by_value(scene.texts("WADMKD")):
        if not found or names.get(found) == found:
            continue
        official = names.get(found) or folded.get(_folded(found))
        if official:
            yield _spots(scene, "VILLAGE_SPELLING", rows, "WADMKD", found=found, wanted=official)
            continue
        near = difflib.get_close_matches(_folded(found), list(folded), 1, 0.75)
        hint = {"id": f"; mungkin {folded[near[0]]}", "en": f"; perhaps {folded[near[0]]}"} if near else ""
        yield _spots(scene, "VILLAGE_UNKNOWN", rows, "WADMKD", found=found, hint=hint)


def _folded(name: str) -> str:
    plain = name.casefold().replace("-", " ").removeprefix("kelurahan ").removeprefix("desa ")
    return "".join(plain.split())


def _spots(scene: Scene, code: str, rows: IndexArray, field: str, /, **values: object) -> Found:
    return Found(code, int(rows[0]), None, float(len(rows)), scene.spots(rows), field, values, rows=rows)


def rules(scene: Scene) -> Iterator[Found]:
    """Sub-zones and flags that the rules forget, and rules that no zone uses."""
    book = scene.plan.rules
    units = scene.units
    of_zone = units.key[units.of_zone]
    building = ~units.cut_out[units.of_zone]
    columns, limited = set(book.subzones), set(book.intensity["subzone"])
    used = set()
    for (code,), rows in by_value(of_zone):
        used |= {code, base_code(code)}
        if code and len(columns) and not {code, base_code(code)} & columns:
            yield _spots(scene, "RULE_NO_COLUMN", rows, "KODSZN", code=code)
        if code and len(limited) and building[rows[0]] and not {code, base_code(code)} & limited:
            yield _spots(scene, "RULE_NO_LIMITS", rows, "KODSZN", code=code)
    for code in sorted({rule_key(c) for c in columns | limited} - used):
        yield Found("RULE_NO_ZONE", values={"code": code})
    yield from _blank_cells(scene)
    yield from _flags(scene)


def _blank_cells(scene: Scene) -> Iterator[Found]:
    cells = [cell for row in scene.plan.rules.cells for cell in row]
    blank = sum(cell.permission == NOT_STATED for cell in cells)
    if blank:
        limit = {lang: quantity(len(cells), "n", lang) for lang in ("id", "en")}
        yield Found("RULE_CELLS_BLANK", size=float(blank), values={"limit": limit})


def _flags(scene: Scene) -> Iterator[Found]:
    overlays = scene.plan.rules.overlays
    for field in (f for f in FLAGS if f in scene.zones.columns):
        patterns = overlays.loc[overlays["field"] == field, "pattern"].tolist()
        for (value,), rows in by_value(scene.texts(field)):
            if value and not any(fnmatchcase(value.casefold(), pattern.casefold()) for pattern in patterns):
                yield _spots(scene, "RULE_FLAG_WITHOUT_ROW", rows, field, found=value)


def dates(scene: Scene) -> Iterator[Found]:
    """Regulation and validity: stated, in order, of the usual length, not over."""
    identity = scene.plan.identity
    if not identity.regulation:
        yield Found("REGULATION_MISSING", field="regulation")
    for name in _DATES:
        if getattr(identity, name) is None:
            yield Found("DATE_MISSING", field=name, values={"what": _DATES[name]})
    start, end, made = identity.valid_from, identity.valid_until, identity.regulation_date
    if start and made and start < made:
        yield Found("DATE_ORDER", field="valid_from", values={"found": start, "wanted": made})
    if end and scene.on and end < scene.on:
        yield Found("DATE_OVER", field="valid_until", values={"found": end, "wanted": scene.on})
    if start and end:
        years, usual = (end - start).days / 365.2425, scene.limits["term_years"]
        if abs(years - usual) > 0.1:
            yield Found(
                "DATE_TERM", size=years, field="valid_until", values={"found": f"{years:.3g}", "wanted": f"{usual:g}"}
            )

"""Shapes sorted into usable polygons and the rest, each with its reason. Repairs nothing, knows no file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from rdtr.errors import GeometryError
from rdtr.types import BoolArray, ObjectArray
from rdtr.zoning.edges import Layout, Rings
from rdtr.zoning.kernels import surely_simple

__all__ = ["TooManyVerticesError", "Triage", "triage", "why_invalid"]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_WORKERS: Final = os.cpu_count() or 1
_CHUNK: Final = 4096  # shapes below which another thread costs more than it brings

# What GEOS says of an invalid polygon, in the words of a planner.
_REASONS: Final = {
    "Self-intersection": ("garis batas memotong dirinya sendiri", "the outline crosses itself"),
    "Ring Self-intersection": ("garis batas menyentuh dirinya sendiri", "the outline touches itself"),
    "Hole lies outside shell": ("lubang berada di luar poligon", "a hole lies outside the polygon"),
    "Holes are nested": ("lubang berada di dalam lubang lain", "a hole lies inside another"),
    "Nested shells": ("bagian poligon berada di dalam bagian lain", "a part lies inside another"),
    "Nested holes": ("lubang berada di dalam lubang lain", "a hole lies inside another"),
    "Interior is disconnected": ("bagian dalam poligon terputus", "the inside is cut in two"),
    "Duplicate Rings": ("cincin digambar dua kali", "a ring is drawn twice"),
    "Too few points in geometry component": ("titik batas terlalu sedikit", "a ring has too few points"),
    "Invalid Coordinate": ("koordinat bukan bilangan", "a coordinate is no number"),
    "Ring is not closed": ("garis batas tidak tertutup", "a ring is not closed"),
}


class TooManyVerticesError(GeometryError):
    """A shape has more vertices than are taken; who asked for a limit says which shape it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Triage:
    """The outcome, shape (n,) each.

    Attributes
    ----------
    geometry
        Valid two-dimensional polygons and multipolygons; None where there is none. The array that was given itself, if
        all of it is usable as it is.
    code
        Finding code of the reason, empty where the shape is usable.
    reason
        What GEOS says of an invalid shape, empty otherwise.
    flattened
        True where Z or M was dropped.
    parted
        True where only the polygons of a collection were kept.
    layout
        The polygons laid out flat; None unless every shape is usable.
    """

    geometry: ObjectArray
    code: ObjectArray
    reason: ObjectArray
    flattened: BoolArray
    parted: BoolArray
    layout: Layout | None = None

    @property
    def usable(self) -> BoolArray:
        """True where the shape can be measured."""
        return self.code == "" if self.layout is None else np.ones(len(self.code), np.bool_)


def triage(
    geometry: ObjectArray,
    *,
    max_vertices: int | None = None,
    watch: Callable[[int, Rings], None] | None = None,
) -> Triage:
    """Sort shapes into usable polygons and the rest.

    Parameters
    ----------
    geometry
        Shape (n,). None, empty shapes, points, lines, coordinates that are not finite, polygons without area and
        invalid polygons are not usable; of a collection the polygons are kept.
    max_vertices
        Most vertices that one shape may have; None for any number.
    watch
        Called with the first row and the rings of each piece that looks usable, as soon as it is laid out, while the rest
        is still to come. Only where it was called for all rows and there is a `Triage.layout`, all it saw is usable.

    Returns
    -------
    Triage

    Raises
    ------
    TooManyVerticesError
        If a shape has more than `max_vertices`.

    Examples
    --------
    >>> sorted_out = triage([shapely.box(0, 0, 1, 1), None, shapely.Point(0, 0)])
    >>> sorted_out.code.tolist()
    ['', 'GEOMETRY_MISSING', 'GEOMETRY_NOT_POLYGON']
    """
    given = np.asarray(geometry, dtype=object)
    layout = _sound(given, max_vertices, watch)
    if layout is None:
        _require_few(given, max_vertices)
        return _sorted_out(given)
    nothing = np.zeros(len(given), np.bool_)
    return _all_usable(given, nothing, nothing.copy(), layout)


def _require_few(geometry: ObjectArray, most: int | None) -> None:
    if most is not None and (shapely.get_num_coordinates(geometry) > most).any():
        raise TooManyVerticesError(f"a shape has more than {most:,} vertices")


def _sorted_out(given: ObjectArray) -> Triage:
    flattened = np.zeros(len(given), np.bool_)
    if (shapely.get_coordinate_dimension(given) > 2).any():
        flattened = shapely.has_z(given) | shapely.has_m(given)
    flat, parted = _polygons_of_collections(shapely.force_2d(given) if flattened.any() else given)
    if (flattened | parted).any() and (layout := _sound(flat)) is not None:
        return _all_usable(flat, flattened, parted, layout)
    code = _codes(flat)
    reason = np.full(len(flat), "", dtype=object)
    invalid = code == "GEOMETRY_INVALID"
    reason[invalid] = shapely.is_valid_reason(flat[invalid])
    usable = flat.copy()
    usable[code != ""] = None
    return Triage(usable, code, reason, flattened, parted & (code == ""))


def _all_usable(geometry: ObjectArray, flattened: BoolArray, parted: BoolArray, layout: Layout) -> Triage:
    texts = np.full(len(geometry), "", dtype=object)
    return Triage(geometry, texts, texts, flattened, parted, layout)


def _sound(
    geometry: ObjectArray,
    max_vertices: int | None = None,
    watch: Callable[[int, Rings], None] | None = None,
) -> Layout | None:
    """Lay the shapes out if all of them are usable, the usual case; GEOS is asked only of those that may be invalid."""
    layout, asked = Layout(geometry), []
    for start, piece in layout.pieces():
        if piece is None or not (piece.area > 0.0).all():
            return None
        if (shapely.get_coordinate_dimension(geometry[start : start + len(piece)]) > 2).any():
            return None
        if max_vertices is not None and len(piece.xy) > max_vertices and piece.vertices.max() > max_vertices:
            return None
        if watch is not None:
            watch(start, piece)
        asked.append(start + np.flatnonzero(~surely_simple(piece.xy, piece.ring_start, piece.polygon_start)))
    return layout if _valid(geometry[np.concatenate(asked)]).all() else None


def _codes(geometry: ObjectArray) -> ObjectArray:
    kind = shapely.get_type_id(geometry)
    invalid = ~_valid(geometry)
    tests = (  # the first that holds is the reason
        ("GEOMETRY_MISSING", kind == -1),
        ("GEOMETRY_EMPTY", shapely.is_empty(geometry)),
        ("GEOMETRY_NOT_POLYGON", ~np.isin(kind, (_POLYGON, _MULTIPOLYGON))),
        ("GEOMETRY_NOT_FINITE", _not_finite(geometry)),
        ("GEOMETRY_NO_AREA", _without_area(geometry, invalid)),
        ("GEOMETRY_INVALID", invalid),
    )
    code = np.full(len(geometry), "", dtype=object)
    for name, holds in reversed(tests):
        code[holds] = name
    return code


def _valid(geometry: ObjectArray) -> BoolArray:
    if len(geometry) < _WORKERS * _CHUNK:
        return shapely.is_valid(geometry)
    chunks = np.array_split(geometry, _WORKERS)
    with ThreadPoolExecutor(_WORKERS) as pool:  # GEOS works outside the GIL
        return np.concatenate(list(pool.map(shapely.is_valid, chunks)))


def _not_finite(geometry: ObjectArray) -> BoolArray:
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    bad = np.zeros(len(geometry), dtype=bool)
    bad[owner[~np.isfinite(xy).all(axis=1)]] = True
    return bad


def _without_area(geometry: ObjectArray, invalid: BoolArray) -> BoolArray:
    # a bow tie's halves cancel each other, so the area of an invalid polygon says nothing; that of its hull does
    nothing = np.asarray(shapely.area(geometry) == 0.0)
    doubtful = np.flatnonzero(nothing & invalid & ~_not_finite(geometry))
    nothing[doubtful] = shapely.area(shapely.convex_hull(geometry[doubtful])) == 0.0
    return nothing


def _polygons_of_collections(geometry: ObjectArray) -> tuple[ObjectArray, BoolArray]:
    parted = np.asarray(shapely.get_type_id(geometry) == _COLLECTION)
    if not parted.any():
        return geometry, parted
    result = geometry.copy()
    for row in np.flatnonzero(parted):  # collections are rare, and each has its own tree of parts
        polygons = _polygons(geometry[row])
        parted[row] = len(polygons) > 0
        if polygons:
            result[row] = polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)
    return result, parted


def _polygons(shape: Any) -> list[Any]:
    parts = shapely.get_parts(shape)
    kinds = shapely.get_type_id(parts)
    found = [p for p in parts[kinds == _POLYGON] if not p.is_empty]
    for inner in parts[np.isin(kinds, (_MULTIPOLYGON, _COLLECTION))]:
        found += _polygons(inner)
    return found


def why_invalid(reason: str) -> dict[str, str]:
    """Split what GEOS says into the reason in both languages and the place.

    Examples
    --------
    >>> why_invalid("Self-intersection[0.5 0.5]")
    {'why_id': 'garis batas memotong dirinya sendiri', 'why_en': 'the outline crosses itself', 'place': '0.5 0.5'}
    """
    match = re.fullmatch(r"(.*?)\[(\S+) (\S+)\]", reason)
    text, place = (match[1].strip(), f"{float(match[2]):.10g} {float(match[3]):.10g}") if match else (reason, "-")
    why_id, why_en = _REASONS.get(text, (text, text))
    return {"why_id": why_id, "why_en": why_en, "place": place}

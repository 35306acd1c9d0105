"""From corners and shapes to outlines: closing, ordering, choosing the CRS. Opens no file, judges no plausibility."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyproj
import shapely

from rdtr import crs
from rdtr.errors import CrsError, GeometryError
from rdtr.io.sitecrs import Box, crs_at, stated_crs
from rdtr.io.sitereasons import Reason
from rdtr.io.sitetext import Corners, Pair, corners
from rdtr.types import FloatArray

__all__ = ["Outlines", "joined", "outlines_of_text"]

_WKT: Final = re.compile(r"\b(?:MULTI)?POLYGON(?: Z| M| ZM)? *\(\([-+\d.eE,() ]+\)\)", re.IGNORECASE)
_STRAY: Final = 20.0  # times the median distance from the middle of a site
_FEW: Final = 30  # corners that may be put in order around their middle
_GEOGRAPHIC: Final = 4326


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Named shapes in one CRS, and the steps that led to them."""

    shapes: tuple[tuple[str, shapely.Geometry], ...]
    crs: pyproj.CRS
    reasons: tuple[Reason, ...]


def joined(shapes: Sequence[tuple[str, Any]], of: pyproj.CRS, first: Reason, label: str) -> Outlines:
    """Take the polygons of a layer; without any, its closed lines; without any, its points in their order.

    Raises
    ------
    GeometryError
        If none of these makes an outline.

    Examples
    --------
    >>> corners = [("", shapely.Point(x, y)) for x, y in ((0, 0), (9, 0), (9, 9))]
    >>> joined(corners, crs.parse(9480), Reason("KML_STANDARD"), "a.kml").shapes[0][1].area
    40.5
    """
    there = [(name, shape) for name, shape in shapes if shape is not None and not shape.is_empty]
    polygons = [(n, s) for n, s in there if s.geom_type in ("Polygon", "MultiPolygon")]
    if polygons:
        return Outlines(tuple(polygons), of, (first,))
    lines = [
        (n, s) for n, s in there if s.geom_type in ("LineString", "LinearRing") and s.is_closed and len(s.coords) > 3
    ]
    if lines:
        rings = tuple((n, shapely.Polygon(s.coords)) for n, s in lines)
        return Outlines(rings, of, (first, Reason("LINE_CLOSED")))
    points = [(float(s.x), float(s.y)) for _, s in there if s.geom_type == "Point"]
    if len(points) < 3:
        raise GeometryError(f"{label}: there is no polygon in it; draw the outline of the site as one")
    ring, mended = _ring(tuple(points))
    return Outlines((("", ring),), of, (first, Reason("POINTS_JOINED"), *mended))


def outlines_of_text(lines: Sequence[str], *, near: Box | None, given: Any, max_points: int, label: str) -> Outlines:
    """Find the outlines that a text describes.

    Raises
    ------
    GeometryError
        If it has no three corners.
    CrsError
        If metres state no zone, and nothing else tells it.
    """
    written = _wkt(lines)
    if written:
        of = crs.parse(given if given is not None else stated_crs(lines) or _GEOGRAPHIC)
        return Outlines(tuple(("", s) for s in written), of, (Reason("WKT", {"crs": of.name}),))
    try:
        found = corners(lines, max_points=max_points)
    except GeometryError as error:
        raise GeometryError(f"{label}: {error}") from error
    made = _of_metres(found, lines, near, given, label) if found.way == "metres" else _of_degrees(found, near, given)
    left = (Reason("POINTS_LEFT", {"count": found.left}),) if found.left else ()
    return replace(made, reasons=(*made.reasons, *left))


def _wkt(lines: Sequence[str]) -> list[shapely.Geometry]:
    texts = [match.group() for line in lines for match in _WKT.finditer(line)]
    shapes = shapely.from_wkt(np.array(texts, dtype=object), on_invalid="ignore") if texts else []
    return [s for s in shapes if s is not None]


def _of_degrees(found: Corners, near: Box | None, given: Any) -> Outlines:
    rings, reasons = found.rings, [Reason("DEGREES")]
    if found.way == "angles":
        reasons = [Reason("DMS_LETTERED" if found.lettered else "DMS_BARE")]
        if not found.lettered and all(lat > 0.0 for ring in rings for _, lat in ring):
            south = near is not None and near[3] < 0.0
            rings = tuple(tuple((lon, -lat) for lon, lat in ring) for ring in rings) if south else rings
            sure = near is not None and near[1] > 0.0
            reasons += [] if sure else [Reason("SOUTH_BY_PLAN" if south else "NORTH_ASSUMED")]
    of = crs.parse(_GEOGRAPHIC if given is None else given)
    shapes, mended = _shapes(rings)
    return Outlines(shapes, of, (*reasons, *mended))


def _of_metres(found: Corners, lines: Sequence[str], near: Box | None, given: Any, label: str) -> Outlines:
    xy = np.array([pair for ring in found.rings for pair in ring], dtype=np.float64)
    rings, axes = found.rings, []
    stated = crs.parse(given) if given is not None else stated_crs(lines)
    if not found.order and near is not None and stated is None and crs_at(xy, near) is None:
        xy, rings = xy[:, ::-1], tuple(tuple((x, y) for y, x in ring) for ring in rings)
    elif not found.order:
        axes = [Reason("AXES_ASSUMED")]
    elif found.headed:
        axes = [Reason("AXES_BY_HEADER")]
    of, why = _chosen_crs(xy, near, stated, given, label)
    shapes, mended = _shapes(rings)
    return Outlines(shapes, of, (why, *axes, *mended))


def _chosen_crs(
    xy: FloatArray, near: Box | None, stated: pyproj.CRS | None, given: Any, label: str
) -> tuple[pyproj.CRS, Reason]:
    if stated is not None:
        return stated, Reason("CRS_STATED" if given is None else "CRS_GIVEN", {"crs": stated.name})
    by_plan = None if near is None else crs_at(xy, near)
    if by_plan is None:
        raise CrsError(
            f"{label}: the coordinates ({xy[0, 0]:,.1f} {xy[0, 1]:,.1f} …) are metres, but no zone is stated; write it "
            "beside them, for example UTM zona 50 N or TM-3 zona 50.2"
        )
    return by_plan, Reason("CRS_BY_PLAN", {"crs": by_plan.name})


def _shapes(rings: Sequence[Sequence[Pair]]) -> tuple[tuple[tuple[str, shapely.Geometry], ...], tuple[Reason, ...]]:
    made = [_ring(ring) for ring in rings]
    reasons = tuple(dict.fromkeys(r.code for _, found in made for r in found))
    first = {r.code: r for _, found in reversed(made) for r in found}
    return tuple(("", shape) for shape, _ in made), tuple(first[code] for code in reasons)


def _ring(ring: Sequence[Pair]) -> tuple[shapely.Polygon, tuple[Reason, ...]]:
    polygon = shapely.Polygon(ring)
    reasons = _stray(np.array(ring))
    if polygon.is_valid or not 4 <= len(ring) <= _FEW:
        return polygon, reasons
    middle = np.mean(ring, axis=0)
    around = sorted(ring, key=lambda p: float(np.arctan2(p[1] - middle[1], p[0] - middle[0])))
    mended = shapely.Polygon(around)
    return (mended, (*reasons, Reason("ORDER_MENDED"))) if mended.is_valid else (polygon, reasons)


def _stray(ring: FloatArray) -> tuple[Reason, ...]:
    away = np.hypot(*(ring - np.median(ring, axis=0)).T)
    usual = float(np.median(away))
    far = np.flatnonzero(away > _STRAY * usual) if usual > 0.0 else np.zeros(0, np.int64)
    return (Reason("STRAY_POINT", {"points": ", ".join(str(k + 1) for k in far[:5])}),) if len(far) else ()

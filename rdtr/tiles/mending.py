"""Polygons that rounding broke, made valid again on the same whole-number grid. Knows no zoom and no layer."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import shapely

from rdtr.tiles.rings import ring_areas, twice_area
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray

__all__ = ["mend"]

Rings: TypeAlias = list[Any]

_ROUNDS: Final = 4


def mend(points: np.ndarray, start: IndexArray, polygon: IndexArray) -> tuple[np.ndarray, IndexArray, IndexArray, int]:
    """Make polygons valid that are not; the others are not touched.

    Parameters
    ----------
    points, start
        Rings, shells with negative area since y points down, the closing vertex left out.
    polygon
        Of each ring, ascending.

    Returns
    -------
    points, start, polygon, mended
        The same, and how many polygons were broken.
    """
    broken = _broken(points, start, polygon)
    if not len(broken):
        return points, start, polygon, 0
    rings: Rings = []
    owner: list[int] = []
    for p in broken:  # a few in a thousand
        own = _mended(points, start, np.flatnonzero(polygon == p))
        rings += own
        owner += [int(p)] * len(own)
    keep = ~np.isin(polygon, broken)
    kept = [points[start[r] : start[r + 1]] for r in np.flatnonzero(keep)]
    whole, of = [*kept, *rings], np.concatenate([polygon[keep], np.array(owner, np.int64)])
    order = np.argsort(of, kind="stable")
    ordered = [whole[k] for k in order]
    new_start = np.concatenate([[0], np.cumsum([len(ring) for ring in ordered])]).astype(np.int64)
    return np.concatenate([np.empty((0, 2), np.int32), *ordered]), new_start, of[order], len(broken)


def _broken(points: np.ndarray, start: IndexArray, polygon: IndexArray) -> IndexArray:
    """Polygons that GEOS finds invalid: a ring that crosses or touches itself, a hole that crosses its shell."""
    hole = ring_areas(points, start) > 0
    order = np.lexsort((hole, polygon))  # the shell first
    shells = np.bincount(polygon[~hole], minlength=int(polygon.max(initial=-1)) + 1)
    single = order[shells[polygon[order]] == 1]
    count = np.diff(start)[single] + 1
    first = np.concatenate([[0], np.cumsum(count)])
    within = np.arange(first[-1]) - np.repeat(first[:-1], count)
    rows = np.repeat(start[single], count) + within % np.repeat(count - 1, count)
    owner, polygon_first = np.unique(polygon[single], return_index=True)
    offsets = (first, np.append(polygon_first, len(single)))
    shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points[rows].astype(np.float64), offsets)
    odd = np.unique(polygon[shells[polygon] != 1])  # multi-parts: one by one, they are few
    broken_odd = [p for p in odd if not _is_sound(points, start, np.flatnonzero(polygon == p), hole)]
    return np.union1d(owner[~shapely.is_valid(shapes)], np.array(broken_odd, np.int64)).astype(np.int64)


def _is_sound(points: np.ndarray, start: IndexArray, rows: IndexArray, hole: BoolArray) -> bool:
    rings = [points[start[r] : start[r + 1]] for r in rows]
    is_hole = hole[rows]
    shells, holes = ([r for r, h in zip(rings, is_hole, strict=True) if h == want] for want in (False, True))
    placed = _placed(shells, holes)
    return sum(map(len, placed)) == len(rows) and _valid(placed)


def _mended(points: np.ndarray, start: IndexArray, rows: IndexArray) -> Rings:
    """Rings of a valid polygon, each shell followed by its holes.

    Only rings that meet another or themselves are taken anew, so a road body with ten thousand blocks in it costs no more
    than the few that touch. What was taken anew may meet its neighbours, by rounding: then together with them. Where that
    is not enough, all of them are.
    """
    rings = [points[start[r] : start[r + 1]] for r in rows]
    hole = np.array([_twice_area(ring) > 0 for ring in rings])
    leader, alone = np.arange(len(rings)), shapely.is_valid(shapely.polygons(_line_rings(rings)))
    _join(leader, rings, np.arange(len(rings)))
    for _ in range(_ROUNDS):
        shells, holes, of = _apart(rings, hole, _clusters(leader, alone))
        placed = _placed(shells, holes)
        if _valid(placed):
            break
        if not shells or not _join(leader, [*shells, *holes], of):  # holes beyond their shell, say
            break
    if not _valid(placed):
        placed = _anew(rings, hole, [np.arange(len(rings))])[0] if not hole.all() else []
    return [ring for group in placed for ring in group]


def _apart(rings: Rings, hole: BoolArray, clusters: list[IndexArray]) -> tuple[Rings, Rings, IndexArray]:
    """Take the rings of clusters anew; return shells, holes, and for each of them a ring that it comes from."""
    alone = np.ones(len(rings), np.bool_)
    alone[np.concatenate([np.empty(0, np.int64), *clusters])] = False
    from_shells, from_holes = np.flatnonzero(alone & ~hole).tolist(), np.flatnonzero(alone & hole).tolist()
    shells, holes = [rings[k] for k in from_shells], [rings[k] for k in from_holes]
    for (shell, *own), of in zip(*_anew(rings, hole, clusters), strict=True):
        if shell is not None:
            shells.append(shell)
            from_shells.append(of)
        holes += own
        from_holes += [of] * len(own)
    return shells, holes, np.array(from_shells + from_holes, np.int64)


def _line_rings(rings: Rings) -> ObjectArray:
    count = [len(ring) for ring in rings]
    return shapely.linearrings(
        np.concatenate(rings).astype(np.float64), indices=np.repeat(np.arange(len(rings)), count)
    )


def _join(leader: IndexArray, rings: Rings, of: IndexArray) -> bool:
    """Give rings that meet one leader; `of` is where each comes from in `leader`. Tell whether that changed anything."""
    lines, changed = _line_rings(rings), False
    a, b = shapely.STRtree(lines).query(lines, predicate="intersects")
    for i, k in zip(of[a[a < b]].tolist(), of[b[a < b]].tolist(), strict=True):  # few meet
        low, high = sorted((_leader(leader, i), _leader(leader, k)))
        leader[high] = low
        changed |= low != high
    return changed


def _clusters(leader: IndexArray, alone: BoolArray) -> list[IndexArray]:
    """Rings by leader, without those that lead only themselves and are valid alone."""
    of = np.array([_leader(leader, k) for k in range(len(leader))])
    wanted = np.flatnonzero((np.bincount(of, minlength=len(of))[of] > 1) | ~alone)
    return [wanted[of[wanted] == first] for first in np.unique(of[wanted])]


def _leader(leader: IndexArray, k: int) -> int:
    while leader[k] != k:
        leader[k] = leader[leader[k]]
        k = int(leader[k])
    return k


def _anew(rings: Rings, hole: BoolArray, clusters: list[IndexArray]) -> tuple[list[Rings], list[int]]:
    """Shells, each with its holes, of what the rings of each cluster bound, and for each a ring of its cluster.

    Holes without a shell are cut out of a frame around them; what is left of the frame has no shell (None).
    """
    if not clusters:
        return [], []
    areas = np.full((len(clusters), max(map(len, clusters))), None, dtype=object)
    is_hole = np.zeros(areas.shape, np.bool_)
    flat, at = np.concatenate(clusters), np.repeat(np.arange(len(clusters)), [len(c) for c in clusters])
    column = np.concatenate([np.arange(len(c)) for c in clusters])
    areas[at, column] = shapely.make_valid(shapely.polygons(_line_rings([rings[k] for k in flat])), method="structure")
    is_hole[at, column] = hole[flat]
    nothing = np.array(None, dtype=object)
    # all clusters in one call each: they are thousands, and few rings each
    low, high = shapely.bounds(areas)[..., :2], shapely.bounds(areas)[..., 2:]
    frame = np.hstack([np.nanmin(low, axis=1) - 2.0, np.nanmax(high, axis=1) + 2.0])
    framed = ~np.any((areas != None) & ~is_hole, axis=1)  # noqa: E711 - by element
    base = np.where(framed, shapely.box(*frame.T), shapely.union_all(np.where(is_hole, nothing, areas), axis=1))
    left = shapely.difference(base, shapely.union_all(np.where(is_hole, areas, nothing), axis=1))
    parts, of = shapely.get_parts(_on_grid(left), return_index=True)
    real = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & ~shapely.is_empty(parts)
    parts, of = parts[real], of[real]
    whole = framed[of] & (shapely.bounds(parts) == frame[of]).all(axis=1)
    groups: list[Rings] = []
    for part, is_frame in zip(parts, whole, strict=True):
        shell = None if is_frame else _turned(part.exterior, -1)
        groups.append([shell, *(_turned(ring, 1) for ring in part.interiors)])
    return groups, [int(clusters[k][0]) for k in of]


def _on_grid(shapes: ObjectArray) -> ObjectArray:
    """Bring shapes to whole units; most, whose rings touched and did not cross, are there already."""
    xy, of = shapely.get_coordinates(shapes, return_index=True)
    off = np.unique(of[(xy != np.rint(xy)).any(axis=1)])
    shapes = shapes.copy()
    shapes[off] = shapely.set_precision(shapes[off], 1.0)
    return shapes


def _turned(ring: shapely.LinearRing, sign: int) -> np.ndarray:
    xy = np.rint(shapely.get_coordinates(ring)[:-1]).astype(np.int32)
    return xy if _twice_area(xy) * sign > 0 else np.ascontiguousarray(xy[::-1])


def _placed(shells: Rings, holes: Rings) -> list[Rings]:
    """Each shell with its holes: a hole is in the smallest shell around it.

    One that is in none cuts nothing and goes, so does one in another hole, unless there is a shell in between.
    """
    groups: list[Rings] = [[ring] for ring in shells]
    if not shells or not holes:
        return groups
    areas = shapely.make_valid(shapely.polygons(_line_rings(shells)))
    shapely.prepare(areas)
    # no end of an edge: that may touch the shell
    middle = np.array([(ring[0] + ring[1]) * 0.5 for ring in holes])
    owner, size = np.full(len(holes), -1), np.full(len(holes), np.inf)
    for s in np.argsort(-shapely.area(areas)):  # a small one later, so it has the last word
        inside = shapely.contains_xy(areas[s], *middle.T)
        owner[inside], size[inside] = s, shapely.area(areas[s])
    for k in np.flatnonzero((owner >= 0) & (_hole_around(holes, middle) >= size)):
        groups[owner[k]].append(holes[k])
    return groups


def _hole_around(holes: Rings, middle: FloatArray) -> FloatArray:
    """Area of the smallest other hole around each hole; infinite where there is none."""
    areas = shapely.make_valid(shapely.polygons(_line_rings(holes)))
    inner, outer = shapely.STRtree(areas).query(shapely.points(middle), predicate="within")
    smallest = np.full(len(holes), np.inf)
    other = inner != outer
    np.minimum.at(smallest, inner[other], shapely.area(areas)[outer[other]])
    return smallest


def _valid(placed: list[Rings]) -> bool:
    shapes = []
    for shell, *holes in placed:
        shapes.append(shapely.polygons(_line_rings([shell])[0], _line_rings(holes) if holes else None))
    return bool(shapely.is_valid(shapely.multipolygons(np.array(shapes, dtype=object))))


def _twice_area(xy: np.ndarray) -> int:
    return int(twice_area(xy, 0, len(xy)))

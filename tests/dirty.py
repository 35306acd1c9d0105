"""Random dirty coverages, and what brute force says of them: pairwise intersections, and the union's difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from rdtr.types import ObjectArray

__all__ = ["FINE_GRID", "GRID", "brute_gaps", "brute_overlaps", "dirty_coverage", "near_origin", "voronoi"]

_SIZE = 200.0
GRID = 1e-8
"""Metres. Without a grid a hole of 1e-11 m in a union can turn GEOS's difference inside out."""
FINE_GRID = 1e-11
"""Metres, for what is near the origin: on a grid of 1e-8 m GEOS itself is off by 1e-6 m2 along a kilometre of borders."""
_CORNER = np.array([555_000.0, 14_000.0])


def near_origin(geometry: Any) -> Any:
    """Move shapes to where numbers have more digits; the corner is whole, so no digit is lost."""
    return shapely.transform(geometry, lambda xy: xy - _CORNER)


def voronoi(rng: np.random.Generator, cells: int) -> ObjectArray:
    """A clean coverage of a square by Voronoi cells, coordinates rounded to a millimetre as plans have them."""
    seeds = shapely.multipoints(rng.uniform(0, _SIZE, (cells, 2)))
    square = shapely.box(0, 0, _SIZE, _SIZE)
    parts = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square))
    clipped = shapely.intersection(parts, square)
    return shapely.transform(clipped, lambda xy: np.round(xy, 3) + _CORNER)


def dirty_coverage(seed: int) -> ObjectArray:
    """A coverage with some of: moved and dropped vertices, zones shifted, lost, doubled, laid on top."""
    rng = np.random.default_rng(seed)
    cells = list(voronoi(rng, int(rng.integers(4, 25))))
    for _ in range(int(rng.integers(0, 6))):
        k = int(rng.integers(len(cells)))
        cells = _FAULTS[int(rng.integers(len(_FAULTS)))](rng, cells, k)
    valid = [c for c in cells if c.geom_type in ("Polygon", "MultiPolygon") and c.is_valid and c.area > 1.0]
    return np.array(valid or [shapely.box(0, 0, 1, 1)], dtype=object)


def _moved_vertex(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    def move(xy: np.ndarray) -> np.ndarray:
        xy = xy.copy()
        row = int(rng.integers(1, len(xy) - 1))
        xy[row] += rng.normal(0, rng.choice([0.01, 0.3, 5.0]), 2)
        return xy

    if cells[k].geom_type == "Polygon" and not len(cells[k].interiors):
        cells[k] = shapely.transform(cells[k], move)
    return cells


def _dropped_vertex(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    if cells[k].geom_type == "Polygon":
        xy = shapely.get_coordinates(cells[k].exterior)
        if len(xy) > 4:
            cells[k] = shapely.Polygon(np.delete(xy, int(rng.integers(1, len(xy) - 1)), axis=0))
    return cells


def _added_vertex(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    cells[k] = shapely.segmentize(cells[k], float(rng.uniform(5, 30)))
    return cells


def _shifted(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    by = rng.normal(0, rng.choice([0.02, 1.0, 15.0]), 2)
    cells[k] = shapely.transform(cells[k], lambda xy: xy + by)
    return cells


def _lost(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    return cells[:k] + cells[k + 1 :] if len(cells) > 2 else cells


def _doubled(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    return [*cells, cells[k]]


def _merged(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    both = [cells[k], cells[(k + 1) % len(cells)]]
    if not shapely.is_valid(both).all():  # another fault was there before; GEOS does not always unite such
        return cells
    return [*cells, shapely.union_all(both)]


def _holed(rng: np.random.Generator, cells: list[shapely.Geometry], k: int) -> list[shapely.Geometry]:
    if not cells[k].is_valid:  # as in `_merged`
        return cells
    cells[k] = shapely.difference(cells[k], shapely.buffer(shapely.point_on_surface(cells[k]), 2.0, quad_segs=2))
    return cells


_FAULTS = (_moved_vertex, _dropped_vertex, _added_vertex, _shifted, _lost, _doubled, _merged, _holed)


def brute_overlaps(geometry: ObjectArray) -> dict[tuple[int, int], float]:
    """Area of every pair's intersection, tried one by one."""
    return {
        (i, j): float(shapely.area(shapely.intersection(geometry[i], geometry[j])))
        for i in range(len(geometry))
        for j in range(i + 1, len(geometry))
    }


def brute_gaps(geometry: ObjectArray) -> ObjectArray:
    """What the union leaves of a much larger box, less the part that reaches its edge."""
    union = shapely.union_all(geometry, grid_size=GRID)
    frame = shapely.buffer(shapely.envelope(union), 100.0)
    gaps = shapely.get_parts(shapely.difference(frame, union, grid_size=GRID))
    return gaps[(shapely.area(gaps) >= 1e-6) & ~shapely.intersects(gaps, shapely.boundary(frame))]

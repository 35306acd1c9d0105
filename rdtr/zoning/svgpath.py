"""Polygons and lines as SVG path data in whole units of a picture. Chooses no colour and draws no page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray

__all__ = ["View", "path_of", "view_of"]


@dataclass(frozen=True, slots=True)
class View:
    """A window on the map and its size in units of the picture.

    Attributes
    ----------
    left, top
        Metres.
    scale
        Units a metre.
    width, height
        Units.
    """

    left: float
    top: float
    scale: float
    width: int
    height: int

    def units(self, xy: FloatArray) -> FloatArray:
        """Turn metres into units, y downwards; shape (n, 2)."""
        return np.column_stack([(xy[:, 0] - self.left) * self.scale, (self.top - xy[:, 1]) * self.scale])

    @property
    def metres(self) -> tuple[float, float, float, float]:
        """The window: xmin, ymin, xmax, ymax."""
        low, right = self.top - self.height / self.scale, self.left + self.width / self.scale
        return self.left, low, right, self.top


def view_of(bounds: tuple[float, float, float, float], width: int, height: int, margin: float = 0.03) -> View:
    """Fit bounds into a picture, centred.

    Examples
    --------
    >>> view_of((0, 0, 100, 50), 200, 100, margin=0.0).scale
    2.0
    """
    xmin, ymin, xmax, ymax = bounds
    wide, tall = max(xmax - xmin, 1e-6), max(ymax - ymin, 1e-6)
    scale = min(width / wide, height / tall) * (1.0 - 2.0 * margin)
    middle = ((xmin + xmax) / 2, (ymin + ymax) / 2)
    return View(middle[0] - width / scale / 2, middle[1] + height / scale / 2, scale, width, height)


def path_of(geometry: ObjectArray, view: View, *, holes: bool = True) -> str:
    """Write polygons and lines as one path, rounded to whole units; what rounds away is left out.

    Parameters
    ----------
    geometry
        Shape (n,); points and missing ones draw nothing.
    view
        The window.
    holes
        Whether holes are drawn; fill the path by the even-odd rule.

    Returns
    -------
    str
        Path data, empty for nothing.

    Examples
    --------
    >>> path_of(np.array([shapely.box(0, 0, 50, 50)], dtype=object), view_of((0, 0, 100, 100), 100, 100, margin=0.0))
    'M50 100v-50h-50v50z'
    """
    xy, ring, closed = _rings(geometry, holes=holes)
    if not len(xy):
        return ""
    whole = np.rint(view.units(xy)).astype(np.int64)
    same = np.zeros(len(whole), np.bool_)
    same[1:] = (whole[1:] == whole[:-1]).all(axis=1) & (ring[1:] == ring[:-1])
    whole, ring = whole[~same], ring[~same]
    start = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]]))
    stop = np.append(start[1:], len(ring))
    long = stop - start >= np.where(closed[ring[start]], 4, 2)
    return "".join(
        _ring(whole[a:b], closed=bool(closed[ring[a]])) for a, b in zip(start[long], stop[long], strict=True)
    )


def _rings(geometry: ObjectArray, *, holes: bool) -> tuple[FloatArray, IndexArray, BoolArray]:
    parts = shapely.get_parts(np.asarray(geometry, dtype=object))
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    kinds = shapely.get_type_id(parts)
    polygons, lines = parts[kinds == 3], parts[(kinds == 1) | (kinds == 2)]
    rings = shapely.get_rings(polygons) if holes else shapely.get_exterior_ring(polygons)
    everything = np.concatenate([rings, lines])
    xy, ring = shapely.get_coordinates(everything, return_index=True)
    closed = np.arange(len(everything)) < len(rings)
    return xy, ring.astype(np.int64), closed


def _ring(whole: IndexArray, *, closed: bool) -> str:
    steps = np.diff(whole, axis=0)[: -1 if closed else None].tolist()
    drawn = (f"v{y}" if x == 0 else f"h{x}" if y == 0 else f"l{x} {y}" for x, y in steps)
    return f"M{whole[0, 0]} {whole[0, 1]}{''.join(drawn)}{'z' if closed else ''}"

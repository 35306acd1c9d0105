"""A layer under one choice of columns and rows, drawn tile by tile. Chooses no layers and knows no plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rdtr.tiles.attributes import Attributes, attributes_of
from rdtr.tiles.coverage import EXTENT, FINE_ZOOM
from rdtr.tiles.features import layer_bytes
from rdtr.tiles.filters import rows_where
from rdtr.tiles.levels import Level
from rdtr.tiles.linelevels import LineLevel
from rdtr.tiles.mvt import encode_lines, encode_points, encode_polygons
from rdtr.tiles.scratch import scratch
from rdtr.tiles.sources import LineSource, PointSource, PolygonSource, Source
from rdtr.types import BoolArray, IndexArray
from rdtr.zoning.overlap import candidates

__all__ = ["Drawn", "drawn"]


class Drawn(Protocol):
    """What draws a layer, from which zoom on."""

    @property
    def from_zoom(self) -> int:
        """The first zoom at which the layer is drawn."""

    def draw(self, z: int, x: int, y: int, buffer: int) -> bytes:
        """Return the layer in a tile; no bytes where it has nothing there."""


def drawn(source: Source, columns: tuple[str, ...] | None, where: str | None, from_zoom: int) -> Drawn:
    """Encode the columns of a layer and choose its rows, once for all tiles.

    Parameters
    ----------
    source
        The layer.
    columns
        Which of them; None: all.
    where
        CQL2 filter; None: all rows.
    from_zoom
        The first zoom at which it is drawn.

    Raises
    ------
    TileError
        For an unknown column, a filter that cannot be read.
    """
    keep = np.ones(len(source.frame), np.bool_) if where is None else rows_where(source.frame, where)
    attributes = attributes_of(source.frame, columns)
    if isinstance(source, PointSource):
        return _Points(source, attributes, keep, from_zoom)
    if isinstance(source, LineSource):
        return _Lines(source, attributes, keep, from_zoom)
    features = np.flatnonzero(keep)
    first = np.searchsorted(source.polygon[features], np.arange(len(source.coverage) + 1)).astype(np.int64)
    return _Polygons(source, attributes, (first, features.astype(np.int64)), from_zoom)


@dataclass(frozen=True, eq=False, slots=True)
class _Polygons:
    source: PolygonSource
    attributes: Attributes
    features: tuple[IndexArray, IndexArray]
    from_zoom: int

    def draw(self, z: int, x: int, y: int, buffer: int) -> bytes:
        level = self.source.level(z)
        corner = _corner(level, x, y)
        rows = _near(level, corner, buffer)
        if not len(rows):
            return b""
        given = (rows, level.arrays, corner, EXTENT, buffer, self.features)
        return layer_bytes(
            self.source.name, scratch().call(encode_polygons, *given, attributes=self.attributes), EXTENT
        )


@dataclass(frozen=True, eq=False, slots=True)
class _Lines:
    source: LineSource
    attributes: Attributes
    keep: BoolArray
    from_zoom: int

    def draw(self, z: int, x: int, y: int, buffer: int) -> bytes:
        level = self.source.level(z)
        corner = _corner(level, x, y)
        rows = _near(level, corner, buffer)
        if not len(rows):
            return b""
        given = (rows, level.arrays, self.keep, corner, EXTENT, buffer)
        return layer_bytes(self.source.name, scratch().call(encode_lines, *given, attributes=self.attributes), EXTENT)


@dataclass(frozen=True, eq=False, slots=True)
class _Points:
    source: PointSource
    attributes: Attributes
    keep: BoolArray
    from_zoom: int

    def draw(self, z: int, x: int, y: int, buffer: int) -> bytes:
        del buffer  # a point is in one tile only
        source = self.source
        given = ((source.x, source.y, source.row), self.keep, (x * EXTENT, y * EXTENT), EXTENT, FINE_ZOOM - z)
        return layer_bytes(source.name, scratch().call(encode_points, *given, attributes=self.attributes), EXTENT)


def _corner(level: Level | LineLevel, x: int, y: int) -> tuple[int, int]:
    """Upper left corner of a tile in the units of a level."""
    return x * EXTENT - level.corner[0], y * EXTENT - level.corner[1]


def _near(level: Level | LineLevel, corner: tuple[int, int], buffer: int) -> IndexArray:
    """Rings or lines whose boxes meet a tile, ascending."""
    left, top = corner[0] - buffer, corner[1] - buffer
    side = EXTENT + 2 * buffer
    box = np.array([left, top, left + side, top + side], np.float64)
    rows = candidates(box, level.tree.boxes, level.tree.level_start, level.tree.item)
    rows.sort()
    return rows

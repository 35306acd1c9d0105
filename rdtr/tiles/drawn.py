"""A layer under one choice of columns and rows, ready for the tiles of every zoom. Chooses no layers and knows no plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.tiles.attributes import Attributes, attributes_of
from rdtr.tiles.coverage import EXTENT, FINE_ZOOM
from rdtr.tiles.features import ends_of
from rdtr.tiles.filters import rows_where
from rdtr.tiles.kept import Arrays
from rdtr.tiles.sheet import LINES, POINTS, POLYGONS, Row, row_of
from rdtr.tiles.sources import LineSource, PointSource, PolygonSource, Source

__all__ = ["Drawn", "DrawnLayers", "drawn"]


@dataclass(frozen=True, eq=False)
class Drawn:
    """A layer to be drawn.

    Attributes
    ----------
    source
        The layer.
    attributes
        The columns that are drawn.
    choice
        Which features: of polygons where each one's start, and the features; of lines and points whether each is drawn.
    from_zoom
        The first zoom at which it is drawn.
    """

    source: Source
    attributes: Attributes
    choice: Arrays
    from_zoom: int

    def row(self, z: int, margin: int, desk: Arrays) -> Row:
        """Write down the layer at a zoom for a thread that numbers its tags on `desk`."""
        source, given = self.source, (ends_of(self.source.name, EXTENT), self.attributes, desk)
        if isinstance(source, PointSource):
            own = (source.x, source.y, source.row, *self.choice)
            return row_of(POINTS, (FINE_ZOOM - z, 0), *given, source.cells(z), own)
        level = source.level(z)
        kind = POLYGONS if isinstance(source, PolygonSource) else LINES
        origin = (int(level.origin[0]), int(level.origin[1]))
        return row_of(kind, origin, *given, level.cells(margin), (*level.arrays, *self.choice))


@dataclass(frozen=True, eq=False)
class DrawnLayers:
    """The layers of a tile, in their order."""

    drawn: tuple[Drawn, ...]


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
    if isinstance(source, PointSource | LineSource):
        return Drawn(source, attributes, (np.ascontiguousarray(keep, np.bool_),), from_zoom)
    features = np.flatnonzero(keep)
    first = np.searchsorted(source.polygon[features], np.arange(len(source.coverage) + 1)).astype(np.int64)
    return Drawn(source, attributes, (first, features.astype(np.int64)), from_zoom)

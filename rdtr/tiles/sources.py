"""A layer laid out in a grid: polygons, points or lines, and their zooms. Reads no plan, encodes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import pandas as pd

from rdtr.tiles.cells import Cells, cells_of
from rdtr.tiles.coverage import Coverage
from rdtr.tiles.kept import Kept
from rdtr.tiles.levels import Level, at_zoom, level_of
from rdtr.tiles.linelevels import LineLevel, line_level_of
from rdtr.types import IndexArray, SmallArray

__all__ = ["LineSource", "PointSource", "PolygonSource", "Source"]


@dataclass(frozen=True, eq=False)
class PolygonSource:
    """Features on the polygons of a coverage; several features may share a polygon. `place` is its name in what is kept."""

    name: str
    frame: pd.DataFrame
    coverage: Coverage
    polygon: IndexArray
    place: str
    kept: Kept
    levels: dict[int, Level] = field(default_factory=dict)

    def level(self, z: int) -> Level:
        """Return the rings of a zoom, made at the first use."""
        if z not in self.levels:
            arrays = self.kept.recall(f"{self.place} z{z}", lambda: level_of(self.coverage, z).packed())
            self.levels[z] = Level.unpacked(arrays)
        return self.levels[z]


@dataclass(frozen=True, eq=False)
class PointSource:
    """Points in fine units by ascending x, and the feature of each."""

    name: str
    frame: pd.DataFrame
    x: IndexArray
    y: IndexArray
    row: IndexArray
    _cells: dict[int, Cells] = field(default_factory=dict, repr=False)

    def cells(self, z: int) -> Cells:
        """Return the points of a zoom by cell, listed at the first use."""
        if z not in self._cells:
            at = np.column_stack([at_zoom(self.x, z), at_zoom(self.y, z)])
            first = at.min(axis=0, initial=1 << 62)
            box = np.tile((at - first).astype(np.int32), 2)
            self._cells[z] = cells_of(box, first, 0)
        return self._cells[z]

    @classmethod
    def of(cls, name: str, frame: pd.DataFrame, x: IndexArray, y: IndexArray, row: IndexArray) -> PointSource:
        """Put points in order."""
        order = np.argsort(x, kind="stable")
        return cls(name, frame, x[order], y[order], row[order])


@dataclass(frozen=True, eq=False)
class LineSource:
    """Lines in fine units, one after the other, the feature of each, and from which zoom on each vertex is drawn."""

    name: str
    frame: pd.DataFrame
    x: IndexArray
    y: IndexArray
    line_start: IndexArray
    row: IndexArray
    zoom: SmallArray
    place: str
    kept: Kept
    levels: dict[int, LineLevel] = field(default_factory=dict)

    def level(self, z: int) -> LineLevel:
        """Return the lines of a zoom, made at the first use."""
        if z not in self.levels:
            given = (self.x, self.y, self.line_start, self.row, self.zoom)
            arrays = self.kept.recall(f"{self.place} z{z}", lambda: line_level_of(*given, z).packed())
            self.levels[z] = LineLevel.unpacked(arrays)
        return self.levels[z]


Source: TypeAlias = PolygonSource | PointSource | LineSource

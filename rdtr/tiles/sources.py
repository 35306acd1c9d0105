"""The layers of a plan laid out in a grid: zones, labels, boundaries, overlays, the plan's own. No bytes are made here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.tiles.chains import chain_edges
from rdtr.tiles.coverage import Borders, Coverage, coverage_of, fine_coordinates
from rdtr.tiles.grid import Grid
from rdtr.tiles.kept import Arrays, Kept
from rdtr.tiles.layers import RESERVED
from rdtr.tiles.levels import Level, level_of
from rdtr.tiles.palette import palette
from rdtr.types import IndexArray, ObjectArray
from rdtr.zoning.codes import is_blank
from rdtr.zoning.plan import Plan, RasterLayer
from rdtr.zoning.schema import FLAGS

__all__ = ["LineSource", "PointSource", "PolygonSource", "Source", "sources_of"]

_PLAIN_POLE = 5_000  # vertices; above it the inscribed circle of a road body would take minutes
_PLACES = (("WP", "KODEWP"), ("SWP", "KODSWP"), ("BLOK", "KODBLK"))


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
    """Points in fine units, and the feature of each."""

    name: str
    frame: pd.DataFrame
    x: IndexArray
    y: IndexArray
    row: IndexArray

    @cached_property
    def _from_the_left(self) -> tuple[IndexArray, IndexArray]:
        order = np.argsort(self.x, kind="stable")
        return order, self.x[order]

    def from_to(self, left: int, right: int) -> IndexArray:
        """Return the points between two fine units, ascending."""
        order, x = self._from_the_left
        return np.sort(order[np.searchsorted(x, left) : np.searchsorted(x, right, side="right")])


@dataclass(frozen=True, eq=False)
class LineSource:
    """Lines in fine units, parts one after the other, and the feature of each part."""

    name: str
    frame: pd.DataFrame
    x: IndexArray
    y: IndexArray
    part_start: IndexArray
    row: IndexArray

    @cached_property
    def boxes(self) -> tuple[IndexArray, IndexArray, IndexArray, IndexArray]:
        """Left, top, right, bottom of every part, fine units."""
        first = self.part_start[:-1]
        if not len(first):
            return (np.empty(0, np.int64),) * 4
        low, high = np.minimum.reduceat, np.maximum.reduceat
        return low(self.x, first), low(self.y, first), high(self.x, first), high(self.y, first)


Source: TypeAlias = PolygonSource | PointSource | LineSource


def sources_of(plan: Plan, grid: Grid, kept: Kept) -> dict[str, Source]:
    """Lay out all vector layers of a plan in a grid; done once a plan and grid.

    Parameters
    ----------
    plan, grid
        Of which, and where.
    kept
        What was laid out before is taken from there, what was not is put there.

    Returns
    -------
    sources
        ``zones``, ``zone_labels``, ``boundaries``, ``overlays``, then the plan's own vector layers by name. A layer
        without features is left out.
    """
    zones = plan.zones
    frame = _zone_frame(plan, zones)
    geometry = zones.geometry.to_numpy()

    def lay_out() -> Arrays:
        coverage, borders = coverage_of(geometry, plan.crs, grid, plan.identity.crs_policy)
        kept.recall("boundaries", lambda: _boundaries(frame, coverage, borders))
        return coverage.packed()

    coverage = Coverage(*kept.recall("zones", lay_out))
    whole = PolygonSource("zones", frame, coverage, np.arange(len(frame)), "zones", kept)
    label_x, label_y = kept.recall("zone_labels", lambda: _labels(plan, geometry, grid))
    x, y, start, level = kept.recall("boundaries", lay_out)
    places = pd.DataFrame({"level": np.array([name for name, _ in _PLACES], dtype=object)[level]})
    sources: list[Source] = [
        whole,
        PointSource("zone_labels", _label_frame(frame, geometry), label_x, label_y, np.arange(len(frame))),
        LineSource("boundaries", places, x, y, start, np.arange(len(places))),
        _overlays(whole),
    ]
    for name, layer in plan.layers.items():
        if not isinstance(layer, RasterLayer) and len(layer) and name not in RESERVED:
            sources.extend(_further(name, layer, grid, plan, kept))
    return {source.name: source for source in sources if len(source.frame)}


def _zone_frame(plan: Plan, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    colors = palette(plan)
    frame = pd.DataFrame(zones.drop(columns="geometry"))
    return frame.assign(color=colors.color, label=colors.label)


def _label_frame(frame: pd.DataFrame, geometry: ObjectArray) -> pd.DataFrame:
    columns = [c for c in ("label", "NAMOBJ", "KODSZN", "KODBLK", "color") if c in frame.columns]
    return frame[columns].assign(area_m2=np.round(shapely.area(geometry)).astype(np.int64))


def _labels(plan: Plan, geometry: ObjectArray, grid: Grid) -> Arrays:
    big = shapely.get_num_coordinates(geometry) > _PLAIN_POLE
    points = np.empty(len(geometry), dtype=object)
    # a tenth of a zone's width is not seen under a label, and halves the time
    tolerance = np.maximum(2.0, np.sqrt(shapely.area(geometry[~big])) / 10.0)
    points[~big] = shapely.get_point(shapely.maximum_inscribed_circle(geometry[~big], tolerance=tolerance), 0)
    points[big] = shapely.point_on_surface(geometry[big])
    moved = crs.transform(points, plan.crs, grid.crs, plan.identity.crs_policy)
    return fine_coordinates(shapely.get_coordinates(moved), grid)


def _boundaries(frame: pd.DataFrame, coverage: Coverage, borders: Borders) -> Arrays:
    """Lay out borders between different WP, SWP and blok, each drawn once, at its highest level."""
    left, right = borders.polygons[:, 0], borders.polygons[:, 1]
    free = borders.edge[:, 0] != borders.edge[:, 1]
    lines: list[IndexArray] = []
    levels: list[int] = []
    place = np.full(len(frame) + 1, "", dtype=object)  # the last one is outside the plan
    for level, (_, column) in enumerate(_PLACES):
        if column not in frame.columns or frame[column].isna().all():
            continue
        own = ["" if is_blank(v) else str(v) for v in frame[column]]
        place = np.array([f"{a}|{b}" if b else a for a, b in zip(place, [*own, ""], strict=True)], dtype=object)
        codes = pd.factorize(place)[0]
        differ = (codes[left] != codes[right]) & free
        free &= ~differ
        merged = _chained(coverage, borders.edge[differ])
        lines.extend(merged)
        levels.extend([level] * len(merged))
    xy = np.concatenate(lines) if lines else np.empty((0, 2), np.int64)
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    return xy[:, 0].copy(), xy[:, 1].copy(), start, np.array(levels, np.int8)


def _chained(coverage: Coverage, edges: IndexArray) -> list[IndexArray]:
    """Chain edges into lines between the places where other than two of them meet."""
    start, vertex = chain_edges(edges, len(coverage.x))
    xy = np.column_stack([coverage.x[vertex], coverage.y[vertex]]) + coverage.origin
    return [xy[a:b] for a, b in pairwise(start)]


def _starts(parts: ObjectArray) -> IndexArray:
    return np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(parts))]).astype(np.int64)


def _overlays(zones: PolygonSource) -> PolygonSource:
    rows: list[IndexArray] = []
    frames: list[pd.DataFrame] = []
    for column in FLAGS:
        if column in zones.frame.columns:
            codes, distinct = pd.factorize(zones.frame[column], use_na_sentinel=False)
            hit = np.flatnonzero(~np.array([is_blank(d) for d in distinct], np.bool_)[codes])
            rows.append(hit)
            frames.append(pd.DataFrame({"field": column, "value": zones.frame[column].to_numpy(object)[hit]}))
    if not rows:
        return PolygonSource(
            "overlays", pd.DataFrame({"field": []}), zones.coverage, np.empty(0, np.int64), "zones", zones.kept
        )
    polygon = np.concatenate(rows)
    order = np.argsort(polygon, kind="stable")
    frame = pd.concat(frames, ignore_index=True).iloc[order].reset_index(drop=True)
    return PolygonSource("overlays", frame, zones.coverage, polygon[order], "zones", zones.kept, zones.levels)


def _further(name: str, layer: gpd.GeoDataFrame, grid: Grid, plan: Plan, kept: Kept) -> list[Source]:
    """Lay out one further layer by its kind of geometry; of a mixed one the first kind keeps the name."""
    geometry = layer.geometry.to_numpy()
    frame = pd.DataFrame(layer.drop(columns=layer.geometry.name)).reset_index(drop=True)
    kind = np.where(shapely.is_empty(geometry), -1, shapely.get_dimensions(geometry))
    kinds = list(dict.fromkeys(int(k) for k in kind if k >= 0))
    result: list[Source] = []
    for d in kinds:
        own = name if d == kinds[0] else f"{name}_{('points', 'lines', 'polygons')[d]}"
        rows = np.flatnonzero(kind == d)
        shapes, columns = geometry[rows], frame.iloc[rows].reset_index(drop=True)
        place = f"layer {name} {d}"
        arrays = kept.recall(place, lambda s=shapes, d=d: _laid_out(s, d, layer, grid, plan))  # type: ignore[misc]
        result.append(_source(own, columns, d, arrays, place, kept))
    return result


def _laid_out(shapes: ObjectArray, kind: int, layer: gpd.GeoDataFrame, grid: Grid, plan: Plan) -> Arrays:
    source, policy = crs.parse(layer.crs), plan.identity.crs_policy
    if kind == 2:
        return coverage_of(shapes, source, grid, policy)[0].packed()
    parts, row = shapely.get_parts(crs.transform(shapes, source, grid.crs, policy), return_index=True)
    x, y = fine_coordinates(shapely.get_coordinates(parts), grid)
    return x, y, _starts(parts), row.astype(np.int64)


def _source(name: str, frame: pd.DataFrame, kind: int, arrays: Arrays, place: str, kept: Kept) -> Source:
    if kind == 2:
        return PolygonSource(name, frame, Coverage(*arrays), np.arange(len(frame)), place, kept)
    x, y, start, row = arrays
    return PointSource(name, frame, x, y, row) if kind == 0 else LineSource(name, frame, x, y, start, row)

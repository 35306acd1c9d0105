"""The layers of a plan laid out in a grid: zones, labels, boundaries, overlays, the plan's own. No bytes are made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr import crs
from rdtr.tiles.boundaries import PLACES, boundaries_of, says_places
from rdtr.tiles.coverage import Coverage, borders_of, coverage_of, fine_coordinates, fine_unit_m
from rdtr.tiles.grid import Grid
from rdtr.tiles.kept import Arrays, Kept
from rdtr.tiles.layers import RESERVED
from rdtr.tiles.linelevels import line_zooms
from rdtr.tiles.palette import palette
from rdtr.tiles.sources import LineSource, PointSource, PolygonSource, Source
from rdtr.types import IndexArray, ObjectArray
from rdtr.zoning.codes import is_blank
from rdtr.zoning.plan import Plan, RasterLayer
from rdtr.zoning.schema import FLAGS

__all__ = ["Sources", "sources_of"]

_PLAIN_POLE: Final = 5_000  # vertices; above it the inscribed circle of a road body would take minutes


class Sources(Mapping[str, Source]):
    """Layers by name, each laid out when it is first asked for: who draws zones alone waits for no labels.

    Two threads that ask at once may both lay one out; they get the same.
    """

    def __init__(self) -> None:
        self._ways: dict[str, Callable[[], Source]] = {}
        self._there: dict[str, Source] = {}

    def add(self, name: str, way: Callable[[], Source]) -> None:
        """Say how a layer is laid out."""
        self._ways[name] = way

    def __getitem__(self, name: str) -> Source:
        if name not in self._there:
            self._there[name] = self._ways[name]()
        return self._there[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ways)

    def __len__(self) -> int:
        return len(self._ways)


@dataclass(frozen=True, eq=False)
class _Ground:
    """What the layers of a plan are laid out on."""

    plan: Plan
    grid: Grid
    kept: Kept
    frame: pd.DataFrame
    geometry: ObjectArray


def sources_of(plan: Plan, grid: Grid, kept: Kept) -> Sources:
    """Name the vector layers of a plan, ready to be laid out in a grid.

    Parameters
    ----------
    plan, grid
        Of which, and where.
    kept
        What was laid out before is taken from there, what was not is put there.

    Returns
    -------
    Sources
        ``zones``, ``zone_labels``, ``boundaries``, ``overlays``, then the plan's own vector layers by name. A layer
        without features is left out.
    """
    zones = plan.zones
    sources = Sources()
    ground = _Ground(plan, grid, kept, _zone_frame(plan, zones), zones.geometry.to_numpy())
    if len(zones):
        _add_zones(sources, ground)
    for name, layer in plan.layers.items():
        if not isinstance(layer, RasterLayer) and len(layer) and name not in RESERVED:
            _add_further(sources, name, layer, ground)
    return sources


def _add_zones(sources: Sources, ground: _Ground) -> None:
    sources.add("zones", partial(_zones, ground))
    sources.add("zone_labels", partial(_zone_labels, ground))
    if says_places(ground.frame):
        sources.add("boundaries", partial(_boundaries, ground, sources))
    polygon, frame = _overlays(ground.frame)
    if len(frame):
        sources.add("overlays", partial(_overlay, sources, frame, polygon))


def _zones(ground: _Ground) -> PolygonSource:
    def lay_out() -> Arrays:
        return coverage_of(ground.geometry, ground.plan.crs, ground.grid, ground.plan.identity.crs_policy).packed()

    frame, kept = ground.frame, ground.kept
    return PolygonSource("zones", frame, Coverage(*kept.recall("zones", lay_out)), np.arange(len(frame)), "zones", kept)


def _zone_frame(plan: Plan, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    colors = palette(plan)
    frame = pd.DataFrame(zones.drop(columns="geometry"))
    return frame.assign(color=colors.color, label=colors.label)


def _zone_labels(ground: _Ground) -> PointSource:
    frame = ground.frame
    columns = [c for c in ("label", "NAMOBJ", "KODSZN", "KODBLK", "color") if c in frame.columns]
    said = frame[columns].assign(area_m2=np.round(shapely.area(ground.geometry)).astype(np.int64))
    x, y = ground.kept.recall("zone_labels", partial(_label_points, ground))
    return PointSource.of("zone_labels", said, x, y, np.arange(len(said)))


def _label_points(ground: _Ground) -> Arrays:
    geometry, plan = ground.geometry, ground.plan
    big = shapely.get_num_coordinates(geometry) > _PLAIN_POLE
    points = np.empty(len(geometry), dtype=object)
    # a tenth of a zone's width is not seen under a label, and halves the time
    tolerance = np.maximum(2.0, np.sqrt(shapely.area(geometry[~big])) / 10.0)
    points[~big] = shapely.get_point(shapely.maximum_inscribed_circle(geometry[~big], tolerance=tolerance), 0)
    points[big] = shapely.point_on_surface(geometry[big])
    moved = crs.transform(points, plan.crs, ground.grid.crs, plan.identity.crs_policy)
    return fine_coordinates(shapely.get_coordinates(moved), ground.grid)


def _boundaries(ground: _Ground, sources: Sources) -> LineSource:
    zones = cast("PolygonSource", sources["zones"])
    x, y, start, level, zoom = ground.kept.recall(
        "boundaries",
        lambda: boundaries_of(ground.frame, zones.coverage, borders_of(zones.coverage), fine_unit_m(ground.grid)),
    )
    frame = pd.DataFrame({"level": np.array([name for name, _ in PLACES], dtype=object)[level]})
    return LineSource("boundaries", frame, x, y, start, np.arange(len(frame)), zoom, "boundaries", ground.kept)


def _overlays(frame: pd.DataFrame) -> tuple[IndexArray, pd.DataFrame]:
    """Rows of the zones that carry a special provision, ascending, and which."""
    rows: list[IndexArray] = [np.empty(0, np.int64)]
    frames: list[pd.DataFrame] = [pd.DataFrame({"field": [], "value": []}, dtype=object)]
    for column in FLAGS:
        if column in frame.columns:
            codes, distinct = pd.factorize(frame[column], use_na_sentinel=False)
            hit = np.flatnonzero(~np.array([is_blank(d) for d in distinct], np.bool_)[codes])
            rows.append(hit)
            frames.append(pd.DataFrame({"field": column, "value": frame[column].to_numpy(object)[hit]}))
    polygon = np.concatenate(rows)
    order = np.argsort(polygon, kind="stable")
    return polygon[order], pd.concat(frames, ignore_index=True).iloc[order].reset_index(drop=True)


def _overlay(sources: Sources, frame: pd.DataFrame, polygon: IndexArray) -> PolygonSource:
    zones = cast("PolygonSource", sources["zones"])
    return PolygonSource("overlays", frame, zones.coverage, polygon, "zones", zones.kept, zones.levels)


def _add_further(sources: Sources, name: str, layer: gpd.GeoDataFrame, ground: _Ground) -> None:
    """Name one further layer by its kind of geometry; of a mixed one the first kind keeps the name."""
    geometry = layer.geometry.to_numpy()
    kind = np.where(shapely.is_empty(geometry), -1, shapely.get_dimensions(geometry))
    kinds = list(dict.fromkeys(int(k) for k in kind if k >= 0))
    for d in kinds:
        own = name if d == kinds[0] else f"{name}_{('points', 'lines', 'polygons')[d]}"
        sources.add(own, partial(_further, own, f"layer {name} {d}", layer[kind == d], d, ground))


def _further(name: str, place: str, layer: gpd.GeoDataFrame, kind: int, ground: _Ground) -> Source:
    frame = pd.DataFrame(layer.drop(columns=layer.geometry.name)).reset_index(drop=True)
    arrays = ground.kept.recall(place, lambda: _laid_out(layer, kind, ground))
    if kind == 2:
        return PolygonSource(name, frame, Coverage(*arrays), np.arange(len(frame)), place, ground.kept)
    x, y, start, row = arrays[:4]
    if kind == 0:
        return PointSource.of(name, frame, x, y, row)
    return LineSource(name, frame, x, y, start, row, arrays[4], place, ground.kept)


def _laid_out(layer: gpd.GeoDataFrame, kind: int, ground: _Ground) -> Arrays:
    source, policy = crs.parse(layer.crs), ground.plan.identity.crs_policy
    shapes = layer.geometry.to_numpy()
    if kind == 2:
        return coverage_of(shapes, source, ground.grid, policy).packed()
    parts, row = shapely.get_parts(crs.transform(shapes, source, ground.grid.crs, policy), return_index=True)
    x, y = fine_coordinates(shapely.get_coordinates(parts), ground.grid)
    start = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(parts))]).astype(np.int64)
    return x, y, start, row.astype(np.int64), *([line_zooms(x, y, start)] if kind == 1 else [])

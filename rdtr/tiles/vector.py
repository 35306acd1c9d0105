"""Vector tiles of a plan on demand: which features meet a tile, cut and encoded; the same bytes every time. No HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rdtr.errors import TileError
from rdtr.tiles.attributes import Attributes, attributes_of
from rdtr.tiles.coverage import EXTENT, FINE_ZOOM
from rdtr.tiles.features import layer_bytes
from rdtr.tiles.filters import rows_where
from rdtr.tiles.grid import Grid, grid
from rdtr.tiles.kept import Kept
from rdtr.tiles.levels import at_zoom
from rdtr.tiles.mvt import encode_lines, encode_points, encode_polygons
from rdtr.tiles.scratch import scratch
from rdtr.tiles.sources import LineSource, PointSource, PolygonSource, Source, sources_of
from rdtr.types import IndexArray, SmallArray
from rdtr.zoning.overlap import candidates
from rdtr.zoning.plan import Plan

__all__ = ["BUFFER", "LABELS_FROM", "chosen_layers", "grid_of", "kept_of", "tile_sources", "vector_tile"]

BUFFER: Final = 64
"""Units beyond the tile's edge that are drawn too, so that outlines meet: eight pixels of 512."""

LABELS_FROM: Final = 13
"""Below this zoom labels would lie on each other."""

MAX_ZOOM: Final = 24


@dataclass(frozen=True, eq=False)
class _Table:
    """Features of a layer under one choice of columns and rows."""

    attributes: Attributes
    keep: Any
    first_feature: IndexArray
    features: IndexArray


def vector_tile(
    plan: Plan,
    z: int,
    x: int,
    y: int,
    *,
    tms: str | Grid = "WebMercatorQuad",
    layers: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    where: str | None = None,
    buffer: int = BUFFER,
) -> bytes:
    """Encode one tile as Mapbox Vector Tile 2.1.

    Parameters
    ----------
    plan
        The plan; what is derived for tiles is kept with it.
    z, x, y
        The tile, y from the top.
    tms
        Name of a tile matrix set, or a grid such as `rdtr.tiles.grid.plan_grid` makes.
    layers
        Names of layers; default is all: zones, zone_labels, boundaries, overlays and the plan's own vector layers.
    columns
        Columns of the zones; default is all, with ``color`` and ``label``.
    where
        CQL2 filter on the zones.
    buffer
        Units (of 4,096) beyond the edge.

    Returns
    -------
    bytes
        Empty where the tile holds nothing.

    Raises
    ------
    TileError
        For a tile outside the grid, an unknown layer or column, a filter that cannot be read.

    Notes
    -----
    Polygons that share a border share it at every zoom: see `rdtr.tiles.coverage`. A polygon whose rings all fall within
    one unit of the tile is left out.

    Examples
    --------
    >>> import rdtr
    >>> city = rdtr.sample_city(parcels=500)
    >>> len(vector_tile(city.plan, 14, 13539, 8186)) > 0
    True
    """
    target = grid_of(tms, z, x, y)
    there = tile_sources(plan, target)
    chosen = chosen_layers(plan, there, layers)
    parts = []
    for name in chosen:
        layer = there[name]
        own = (tuple(columns) if columns is not None else None, where) if name == "zones" else (None, None)
        if isinstance(layer, PointSource) and name == "zone_labels" and z < LABELS_FROM:
            continue
        table = plan.derived(f"tile table {target.name} {name} {own}", _tabling(layer, *own))
        parts.append(_encode(layer, table, z, x, y, buffer))
    return b"".join(parts)


def grid_of(tms: str | Grid, z: int, x: int, y: int) -> Grid:
    """Return the grid of a tile that is to be drawn.

    Raises
    ------
    TileError
        For an unknown grid, a tile outside it, a zoom deeper than is drawn.
    """
    target = grid(tms) if isinstance(tms, str) else tms
    target.require(z, x, y)
    if z > MAX_ZOOM:
        raise TileError(f"zoom {z} is beyond {MAX_ZOOM}, the deepest that is drawn")
    return target


def chosen_layers(plan: Plan, there: Mapping[str, Source], layers: Sequence[str] | None) -> list[str]:
    """Return the names of the layers that are asked for, each once: a tile has no layer twice.

    Raises
    ------
    TileError
        For a layer that is not there.
    """
    chosen = list(there) if layers is None else list(dict.fromkeys(layers))
    unknown = [name for name in chosen if name not in there]
    if unknown:
        raise TileError(f"plan {plan.identity.id} has no layer {unknown[0]!r}; it has {', '.join(there)}")
    return chosen


def tile_sources(plan: Plan, target: Grid) -> dict[str, Source]:
    """Return the layers of a plan in a grid, laid out at the first use."""
    return plan.derived(f"tile layers {target.name}", lambda p: sources_of(p, target, kept_of(p, target)))


def kept_of(plan: Plan, target: Grid) -> Kept:
    """Return the arrays of a plan's layers in a grid, as far as they were made."""
    return plan.derived(f"tile arrays {target.name}", lambda _: Kept())


def _tabling(layer: Source, columns: tuple[str, ...] | None, where: str | None) -> Callable[[Plan], _Table]:
    def build(_: Plan) -> _Table:
        keep = np.ones(len(layer.frame), np.bool_) if where is None else rows_where(layer.frame, where)
        attributes = attributes_of(layer.frame, columns)
        if not isinstance(layer, PolygonSource):
            return _Table(attributes, keep, np.empty(0, np.int64), np.empty(0, np.int64))
        features = np.flatnonzero(keep)
        first = np.searchsorted(layer.polygon[features], np.arange(len(layer.coverage) + 1)).astype(np.int64)
        return _Table(attributes, keep, first, features.astype(np.int64))

    return build


def _encode(layer: Source, table: _Table, z: int, x: int, y: int, buffer: int) -> bytes:
    if isinstance(layer, PolygonSource):
        body = _polygons(layer, table, z, x, y, buffer)
    elif isinstance(layer, PointSource):
        body = _points(layer, table, z, x, y)
    else:
        body = _lines(layer, table, z, x, y, buffer)
    return layer_bytes(layer.name, body, EXTENT)


def _polygons(layer: PolygonSource, table: _Table, z: int, x: int, y: int, buffer: int) -> SmallArray:
    level = layer.level(z)
    corner = (x * EXTENT - int(level.origin[0]), y * EXTENT - int(level.origin[1]))
    low_x, low_y = corner[0] - buffer, corner[1] - buffer
    box = np.array([low_x, low_y, low_x + EXTENT + 2 * buffer, low_y + EXTENT + 2 * buffer], np.float64)
    rows = candidates(box, level.tree.boxes, level.tree.level_start, level.tree.item)
    rows.sort()
    features = (table.first_feature, table.features)
    return scratch().call(
        encode_polygons, rows, level.arrays, corner, EXTENT, buffer, features, attributes=table.attributes
    )


def _points(layer: PointSource, table: _Table, z: int, x: int, y: int) -> SmallArray:
    rows = layer.from_to(*_fine_span(x, z))
    px, py = at_zoom(layer.x[rows], z) - x * EXTENT, at_zoom(layer.y[rows], z) - y * EXTENT
    # no buffer and half-open edges: a point is in one tile only
    inside = (px >= 0) & (px < EXTENT) & (py >= 0) & (py < EXTENT) & table.keep[layer.row[rows]]
    return scratch().call(encode_points, layer.row[rows[inside]], px[inside], py[inside], attributes=table.attributes)


def _fine_span(column: int, z: int) -> tuple[int, int]:
    """Fine units of a column of tiles, and as much on both sides as rounding can move a point."""
    shift = FINE_ZOOM - z
    size = (1 << shift) * EXTENT if shift >= 0 else EXTENT >> -shift
    return column * size - (1 << max(shift, 0)), (column + 1) * size + (1 << max(shift, 0))


def _lines(layer: LineSource, table: _Table, z: int, x: int, y: int, buffer: int) -> SmallArray:
    shift = FINE_ZOOM - z
    size = (1 << shift) * EXTENT if shift >= 0 else EXTENT >> -shift
    margin = size * buffer // EXTENT + 1
    low_x, low_y, high_x, high_y = layer.boxes
    near = (
        (high_x >= x * size - margin)
        & (low_x <= (x + 1) * size + margin)
        & (high_y >= y * size - margin)
        & (low_y <= (y + 1) * size + margin)
        & table.keep[layer.row]
    )
    parts = np.flatnonzero(near)
    counts = np.diff(layer.part_start)[parts]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rows = np.arange(start[-1]) + np.repeat(layer.part_start[:-1][parts] - start[:-1], counts)
    xy = np.column_stack([at_zoom(layer.x[rows], z) - x * EXTENT, at_zoom(layer.y[rows], z) - y * EXTENT])
    box = np.array([-buffer, -buffer, EXTENT + buffer, EXTENT + buffer], np.float64)
    return scratch().call(encode_lines, layer.row[parts], xy, start, box, attributes=table.attributes)

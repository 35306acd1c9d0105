"""Tile grids: where tile z/x/y lies and which tiles there are. The only caller of morecantile; makes no tiles."""

from __future__ import annotations

import difflib
import math
import re
from functools import lru_cache
from typing import Final

import morecantile
import pyproj

from rdtr import crs as frames
from rdtr.errors import TileError
from rdtr.tiles.tilegrid import Bounds, Grid, Matrix, TileRange, four, moved
from rdtr.zoning.plan import Plan

__all__ = ["Bounds", "Grid", "Matrix", "TileRange", "grid", "grid_names", "plan_bounds", "plan_grid"]

_TILE_PX: Final = 256
_FINEST_M: Final = 0.0625  # metres a pixel; finer than the 0.5 m by which a line of 1:5,000 can be told, by three zooms
_SNAP: Final = 16  # the pyramid's corner lies on a sixteenth of its side, so a small change of the plan moves no tile


def grid_names() -> tuple[str, ...]:
    """Names of the grids that `grid` knows, the two of the web first."""
    first = ("WebMercatorQuad", "WorldCRS84Quad")
    return (*first, *(name for name in sorted(morecantile.tms.list()) if name not in first))


def grid(name: str = "WebMercatorQuad") -> Grid:
    """Return a grid by its name, always the same object.

    Raises
    ------
    TileError
        If no grid has this name.

    Examples
    --------
    >>> grid(), grid() is grid("WebMercatorQuad")
    (<Grid WebMercatorQuad: WGS 84 / Pseudo-Mercator, zoom 0-24>, True)
    """
    if not isinstance(name, str) or name not in morecantile.tms.list():
        near = difflib.get_close_matches(str(name), grid_names(), n=1)
        hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(grid_names())}"
        raise TileError(f"grid {str(name)[:60]!r} is not known; {hint}")
    return _named(name)


@lru_cache(maxsize=64)
def _named(name: str) -> Grid:
    return _from_tms(morecantile.tms.get(name))


def plan_grid(plan: Plan) -> Grid:
    """Return a grid in the plan's own metric CRS, for offices that work in metres; made once for each plan.

    Square tiles of 256 pixels. One tile of zoom 0 covers the plan; its side is 256 metres times a power of two, and so
    is every resolution down to 1/16 m a pixel. The corner is snapped, so a plan that changes a little keeps its tiles.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> own = plan_grid(sample_city(parcels=500).plan)
    >>> own.name, own.resolution(0), own.resolution(own.maxzoom)
    ('UTM50N-kota-contoh', 4.0, 0.0625)
    """
    return plan.derived("tiles.grid", _plan_grid)


def _plan_grid(plan: Plan) -> Grid:
    xmin, ymin, xmax, ymax = _zone_bounds(plan)
    side = _TILE_PX * 1.0
    while True:
        step = side / _SNAP
        left, top = math.floor(xmin / step) * step, math.ceil(ymax / step) * step
        if left + side >= xmax and top - side <= ymin:
            break
        side *= 2.0
    zooms = int(math.log2(side / _TILE_PX / _FINEST_M))
    name = f"{_crs_word(plan.crs)}-{re.sub(r'[^0-9A-Za-z_]+', '-', plan.identity.id).strip('-') or 'plan'}"
    tms = morecantile.TileMatrixSet.custom(
        [left, top - side, left + side, top],
        plan.crs,
        tile_width=_TILE_PX,
        tile_height=_TILE_PX,
        maxzoom=zooms,
        id=name,
        title=f"{plan.identity.title or plan.identity.id}: {plan.crs.name}",
    )
    return _from_tms(tms)


def plan_bounds(plan: Plan, to: Grid | None = None) -> Bounds:
    """Return the box around the zones in units of a grid, or in degrees without one.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> [round(v, 2) for v in plan_bounds(sample_city(parcels=500).plan)]
    [117.5, 0.13, 117.5, 0.13]
    """
    target = frames.parse("OGC:CRS84") if to is None else to.crs
    return moved(_zone_bounds(plan), plan.crs, target, plan.identity.crs_policy)


def _zone_bounds(plan: Plan) -> Bounds:
    return plan.derived("tiles.bounds", lambda p: four(p.zones.total_bounds))


def _crs_word(crs: pyproj.CRS) -> str:
    if crs.utm_zone:
        return f"UTM{crs.utm_zone}"
    code = crs.to_epsg()
    return f"EPSG{code}" if code else "METRIC"


def _from_tms(tms: morecantile.TileMatrixSet) -> Grid:
    crs = tms.crs._pyproj_crs
    axes = [str(a).casefold()[:3] for a in tms.orderedAxes or ()]
    y_first = axes[0] in ("y", "n", "lat") if axes else crs.axis_info[0].direction in ("north", "south")
    return Grid(
        name=str(tms.id),
        crs=crs,
        crs_uri=_uri(crs),
        matrices=tuple(_matrix(tms, m) for m in tms.tileMatrices),
        y_first=y_first,
        well_known_scale_set=None if tms.wellKnownScaleSet is None else str(tms.wellKnownScaleSet),
        document=tms.model_dump_json(exclude_none=True),
    )


def _matrix(tms: morecantile.TileMatrixSet, m: morecantile.models.TileMatrix) -> Matrix:
    if m.cornerOfOrigin != "topLeft":
        raise TileError(f"grid {tms.id}: rows are counted from the bottom at zoom {m.id}; wanted rows from the top")
    corner = tms.xy_bounds(morecantile.Tile(0, 0, int(m.id)))  # which has x before y in every CRS
    return Matrix(
        zoom=int(m.id),
        resolution=m.cellSize,
        scale_denominator=m.scaleDenominator,
        left=corner.left,
        top=corner.top,
        columns=m.matrixWidth,
        rows=m.matrixHeight,
        tile_width=m.tileWidth,
        tile_height=m.tileHeight,
        coalesce=tuple((v.minTileRow, v.maxTileRow, v.coalesce) for v in m.variableMatrixWidths or ()),
    )


def _uri(crs: pyproj.CRS) -> str:
    authority = crs.to_authority(min_confidence=20)
    if authority is None:
        return crs.to_wkt()
    version = "1.3" if authority[0] == "OGC" else "0"
    return f"http://www.opengis.net/def/crs/{authority[0]}/{version}/{authority[1]}"
